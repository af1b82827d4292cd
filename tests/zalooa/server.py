"""The calls the server takes: OAuth, messages, uploads; errors come with HTTP 200."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.parts import units
from tests.zalooa.state import APP_ID, APP_SECRET, Failure, RefusedError, State

TOKEN, MESSAGE = "/v4/oa/access_token", "/v3.0/oa/message/cs"
IMAGE, FILE = "/v2.0/oa/upload/image", "/v2.0/oa/upload/file"
FORM = {"refresh_token", "app_id", "grant_type"}
DOCUMENTS = (".pdf", ".doc", ".docx", ".csv")


class Server:
    """The application of one state."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.acts = {TOKEN: self._token, MESSAGE: self._message, IMAGE: self._image}
        self.acts[FILE] = self._file

    def app(self) -> Starlette:
        """Give the application."""
        posts = [Route(path, self._called, methods=["POST"]) for path in self.acts]
        dead = Route("/v2.0/oa/message", self._dead, methods=["POST"])
        return Starlette(routes=[*posts, dead, Route("/media/{name}", self._media)])

    async def _called(self, http: Request) -> Response:
        failure = self.state.draw(http.url.path)
        answer = await self._failed(http, failure) if failure else await self._done(http)
        with self.state.changed:
            self.state.changed.notify_all()
        return answer

    async def _done(self, http: Request) -> Response:
        path = http.url.path
        try:
            if path != TOKEN:
                self.state.authorise(http.headers.get("access_token"))
                self.state.count()
            told = await self.acts[path](http)
        except RefusedError as refused:
            self.state.calls.append((path, refused.code))
            return JSONResponse({"error": refused.code, "message": str(refused)})
        self.state.calls.append((path, 0))
        return JSONResponse(told if path == TOKEN else {"data": told, "error": 0, "message": "ok"})

    async def _failed(self, http: Request, failure: Failure) -> Response:
        if failure.kind.endswith("_after"):
            await self._done(http)
        else:
            self.state.calls.append((http.url.path, failure.code or 500))
        kind = failure.kind.partition("_")[0]
        if kind == "error":
            return JSONResponse({"error": failure.code, "message": "as told"})
        if kind == "drop":
            # ASGI has no word for this; uvicorn's own object of the call holds the connection.
            cycle: Any = getattr(http.receive, "__self__", None)
            cycle.transport.abort()
        if kind == "garbage":
            return PlainTextResponse("<html>")
        return PlainTextResponse("down", 503 if kind == "503" else 500)

    async def _token(self, http: Request) -> dict[str, str]:
        kind = http.headers.get("content-type", "").partition(";")[0]
        form = dict(await http.form()) if kind == "application/x-www-form-urlencoded" else {}
        right = form.get("app_id") == APP_ID and form.get("grant_type") == "refresh_token"
        if set(form) != FORM or not right or http.headers.get("secret_key") != APP_SECRET:
            raise RefusedError(-14002, "application")
        return self.state.grant(str(form["refresh_token"]))

    async def _message(self, http: Request) -> dict[str, Any]:
        told = json.loads(await http.body())
        need(set(told) == {"recipient", "message"}, -201)
        need(set(told["recipient"]) == {"user_id"}, -201)
        user = told["recipient"]["user_id"]
        need(isinstance(user, str), -201)
        person, quota = self.state.reach(user)
        self._check(told["message"])
        person.shown.append(told["message"])
        number = f"out-{next(self.state.numbers)}"
        sent = str(int(self.state.clock().timestamp() * 1000))
        quota_type = {"quota_type": quota}
        return {"message_id": number, "user_id": user, "sent_time": sent, "quota": quota_type}

    def _check(self, message: dict[str, Any]) -> None:
        need(message and set(message) <= {"text", "attachment"}, -201)
        text, attachment = message.get("text"), message.get("attachment")
        if text is not None:
            need(text, -201)
            need(units(text) <= 2000, -210)
        if attachment is None:
            return
        payload = attachment["payload"]
        if attachment["type"] == "file":
            need(text is None, -201)
            self._uploaded(payload["token"], "file")
            return
        need(attachment["type"] == "template" and payload["template_type"] == "media", -233)
        need(len(payload["elements"]) == 1, -210)
        need(payload["elements"][0]["media_type"] == "image", -233)
        self._uploaded(payload["elements"][0]["attachment_id"], "image")

    def _uploaded(self, mark: str, kind: str) -> None:
        need(self.state.uploads.get(mark, ("",))[0] == kind, -100)

    async def _image(self, http: Request) -> dict[str, str]:
        name, data = await self._upload(http)
        need(PurePath(name).suffix.lower() in (".jpg", ".jpeg", ".png"), -201)
        need(len(data) <= 1024 * 1024, -210)
        return {"attachment_id": self._keep("image", data)}

    async def _file(self, http: Request) -> dict[str, str]:
        name, data = await self._upload(http)
        need(PurePath(name).suffix.lower() in DOCUMENTS, -201)
        need(len(data) <= 5 * 1024 * 1024, -210)
        return {"token": self._keep("file", data)}

    async def _upload(self, http: Request) -> tuple[str, bytes]:
        async with http.form() as form:
            need(set(form) == {"file"}, -201)
            file = form["file"]
            assert isinstance(file, UploadFile), "a file came along"
            return file.filename or "", await file.read()

    def _keep(self, kind: str, data: bytes) -> str:
        mark = f"up-{next(self.state.numbers)}"
        self.state.uploads[mark] = (kind, data)
        return mark

    async def _dead(self, _http: Request) -> Response:
        return JSONResponse({"error": -240, "message": "MessageV2 shut down"})

    async def _media(self, http: Request) -> Response:
        data = self.state.media.get(http.path_params["name"])
        return Response(data) if data is not None else Response(status_code=404)


def need(held: Any, code: int) -> None:
    """Refuse with a code unless a condition holds."""
    if not held:
        raise RefusedError(code)
