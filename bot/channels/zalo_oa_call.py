"""Calls Zalo's OpenAPI: with a token that holds, once more with a new one, and reads errors."""

from __future__ import annotations

from typing import Any

import httpx

from bot.channels.channel import LaterError
from bot.channels.zalo_oa_token import Tokens
from bot.channels.zalo_oa_write import TOKEN, meaning

MESSAGE = "/v3.0/oa/message/cs"
UPLOAD = "/v2.0/oa/upload/"
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_REFUSED = (429, 503)
"""What stands in front of Zalo says so before anything was done."""


class Calls:
    """The calls one account makes."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, tokens: Tokens) -> None:
        self.client = client
        self.base_url = base_url
        self.tokens = tokens

    async def message(self, user: str, message: dict[str, Any]) -> str:
        """Send one message; gives Zalo's number of it, raises DeliveryError."""
        sent = await self._call(MESSAGE, json={"recipient": {"user_id": user}, "message": message})
        return str(sent.get("message_id", ""))

    async def upload(self, kind: str, name: str, type_: str, data: bytes) -> str:
        """Upload a file that a message will name; gives what names it, raises DeliveryError."""
        found = await self._call(f"{UPLOAD}{kind}", files={"file": (name, data, type_)})
        mark = found.get("attachment_id" if kind == "image" else "token")
        if not mark:
            raise LaterError("the upload has no number")
        return str(mark)

    async def _call(self, path: str, **what: Any) -> dict[str, Any]:
        """Call; a refused token is renewed once, and never again for the same call."""
        token = await self.tokens.access()
        code, data = await self._post(path, token, what)
        if code in TOKEN:
            code, data = await self._post(path, await self.tokens.renew(token), what)
        if code:
            raise meaning(code)
        return data

    async def _post(
        self, path: str, token: str, what: dict[str, Any]
    ) -> tuple[int, dict[str, Any]]:
        """Give the error (0 for none) and the data; raises LaterError where there is no answer."""
        acts = path == MESSAGE  # an upload that is made twice disturbs nobody
        try:
            answer = await self.client.post(
                f"{self.base_url}{path}", headers={"access_token": token}, **what
            )
        except httpx.HTTPError as error:
            unsent = isinstance(error, _UNSENT)
            raise LaterError(type(error).__name__, doubt=acts and not unsent) from None
        if answer.status_code in _REFUSED or 400 <= answer.status_code < 500:
            raise LaterError(f"HTTP {answer.status_code}")
        told = _told(answer)
        if told is None:
            raise LaterError(f"HTTP {answer.status_code}, no answer", doubt=acts)
        data = told.get("data")
        return int(told["error"]), data if isinstance(data, dict) else {}


def _told(answer: httpx.Response) -> dict[str, Any] | None:
    """Read the answer, which says itself whether it is an error; None where it says nothing."""
    try:
        told = answer.json()
    except ValueError:
        return None
    is_one = isinstance(told, dict) and isinstance(told.get("error"), int)
    return told if is_one and answer.is_success else None
