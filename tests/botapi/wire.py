"""HTTP as the server speaks it: reads what was given, answers, holds, and cuts connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from tests.botapi.errors import RefusedError, bad

_ATTACHED = "attach://"


class Http:
    """One call: its path, what it gave, and the way back."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.path: str = scope["path"]
        self.receive = receive
        self._send = send

    async def given(self) -> dict[str, Any]:
        """Read the parameters, wherever they stand; raises RefusedError."""
        try:
            query = self.scope["query_string"].decode("latin-1")
            given: dict[str, Any] = _form(query) if query else {}
            given.update(await self._body())
        except (ValueError, RecursionError) as error:
            raise bad("strings must be encoded in UTF-8, and JSON be JSON") from error
        return _joined(given)

    async def _body(self) -> Mapping[str, Any]:
        headers = dict(self.scope["headers"])
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind == b"multipart/form-data":
            return await self._multipart()
        body = await self._read()
        if not body:
            return {}
        if kind == b"application/json":
            found = json.loads(body)
            if not isinstance(found, dict):
                raise bad("expected an Object")
            return found
        return _form(body.decode()) if kind == b"application/x-www-form-urlencoded" else {}

    async def _read(self) -> bytes:
        parts = []
        while True:
            message = await self.receive()
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                return b"".join(parts)

    async def _multipart(self) -> Mapping[str, Any]:
        given: dict[str, Any] = {}
        async with Request(self.scope, self.receive).form() as form:
            for name, value in form.items():
                if isinstance(value, str):
                    given[name] = value
                else:
                    given[name] = (value.filename or "", await value.read())
        return given

    async def json(self, told: Any, status: int = 200) -> None:
        """Answer with JSON."""
        await self.answer(json.dumps(told, separators=(",", ":")).encode(), status)

    async def refuse(self, refused: RefusedError) -> None:
        """Answer as Telegram does where it refuses."""
        told = {"ok": False, "error_code": refused.code, "description": str(refused)}
        if refused.parameters:
            told["parameters"] = refused.parameters
        await self.json(told, refused.code)

    async def answer(
        self, body: bytes, status: int = 200, kind: bytes = b"application/json"
    ) -> None:
        """Answer with anything."""
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        start = {"type": "http.response.start", "status": status, "headers": headers}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})

    async def gone(self) -> None:
        """Wait until the client has gone."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def hold(self, seconds: float) -> None:
        """Keep the client waiting past its patience, then cut the connection."""
        try:
            await asyncio.wait_for(self.gone(), seconds)
        except TimeoutError:
            await self.cut()

    async def cut(self) -> None:
        """Cut the connection without an answer."""
        # ASGI has no word for this; uvicorn's own object of the call holds the connection.
        cycle: Any = getattr(self.receive, "__self__", None)
        assert cycle is not None, "the server is uvicorn"
        cycle.transport.abort()
        await self.gone()


def _form(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True, errors="strict"))


def _joined(given: dict[str, Any]) -> dict[str, Any]:
    """Put files in the place of the words that point to them."""
    for name, value in list(given.items()):
        if isinstance(value, str) and value.startswith(_ATTACHED):
            part = value.removeprefix(_ATTACHED)
            if not isinstance(given.get(part), tuple):
                raise bad(f"there is no {part} in the request")
            given[name] = given.pop(part)
    return given
