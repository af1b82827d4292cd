"""Web chat: the page and the JSON interface its script talks to."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from pathlib import Path
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.webchat_limits import may_write
from bot.channels.webhook import read_body, read_json
from bot.parts import clean
from bot.turn import MOST_CHARS, Service, Taken, UnavailableError
from content.catalogue import LANGS, msg, translator
from db import messages, people
from db.engine import DatabaseError, reading_errors
from db.messages import Message
from handlers.message import ACTION_BYTES, Address, File, Request

CHANNEL = "web"
COOKIE = "motcua"
YEAR = 365 * 24 * 3600
MOST_BYTES = 64 * 1024
PAGE = Path(__file__).parent.parent / "web_page"
FILES = {
    "answer.js": "text/javascript; charset=utf-8",
    "box.js": "text/javascript; charset=utf-8",
    "bubbles.js": "text/javascript; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "parts.js": "text/javascript; charset=utf-8",
    "server.js": "text/javascript; charset=utf-8",
    "talk.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript; charset=utf-8",
    "chat.css": "text/css; charset=utf-8",
    "look.css": "text/css; charset=utf-8",
    "paper.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "manifest.webmanifest": "application/manifest+json",
}
TOO_MUCH = msg("Very much is being sent from your network. Please wait a while, then try again.")
UNAVAILABLE = msg("I cannot write anything down now. Please try again in a moment.")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NUMBER = re.compile(r"[0-9]{1,15}")
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class RefusedError(Exception):
    """A request the interface cannot take: status and a sentence for the person who sent it."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)


def routes(service: Service) -> list[BaseRoute]:
    """Give the routes of the page and its interface."""

    async def history(request: HttpRequest) -> Response:
        token = _token(request)
        lang = _lang(request)
        if not token:
            nothing = JSONResponse({"lang": lang, "messages": []}, headers=_PRIVATE)
            return _with_token(nothing, request)
        async with service.engine.begin() as conn:
            person = await people.find(conn, CHANNEL, _user(token))
            after = _after(request)
            found = await messages.history(conn, person, after=after) if person else []
        lang = person.lang if person else lang
        reply = {"lang": lang, "messages": [_bubble(m) for m in found]}
        return JSONResponse(reply, headers=_PRIVATE)

    async def say(request: HttpRequest) -> Response:
        token = _token(request) or secrets.token_urlsafe(32)
        try:
            message = _request(await _json(request), token, _lang(request))
            taken = await _take(service, message, request.client.host if request.client else "")
        except RefusedError as refused:
            why = translator(_lang(request))(str(refused))
            return JSONResponse({"error": why}, refused.status, headers=_PRIVATE)
        added = taken.bubbles
        async with service.engine.begin() as conn:
            person = await people.find(conn, CHANNEL, _user(token))
            if not added and person:
                added = tuple(await messages.history(conn, person))
        lang = person.lang if person else _lang(request)
        reply = {"lang": lang, "messages": [_bubble(m) for m in added]}
        if taken.files:
            reply["files"] = [_file(file) for file in taken.files]
        return _with_token(JSONResponse(reply, headers=_PRIVATE), request, token)

    async def page(request: HttpRequest) -> Response:
        return _with_token(FileResponse(PAGE / "chat.html", headers=_FRESH), request)

    async def file(request: HttpRequest) -> Response:
        name = request.path_params["name"]
        if name not in FILES:
            return Response("not found", 404, media_type="text/plain")
        return FileResponse(PAGE / name, media_type=FILES[name], headers=_FRESH)

    return [
        Route("/", page),
        Route("/static/{name}", file),
        Route("/api/chat", history, methods=["GET"]),
        Route("/api/chat", say, methods=["POST"]),
    ]


_FRESH = {"cache-control": "no-cache"}
_PRIVATE = {"cache-control": "no-store"}


async def _take(service: Service, message: Request, host: str) -> Taken:
    who = message.sender
    try:
        with reading_errors():
            async with service.engine.begin() as conn:
                now = service.clock()
                allowed = await may_write(conn, host, who.channel, who.user, now=now)
        if not allowed:
            raise RefusedError(429, TOO_MUCH)
        return await service.take(message)
    except (UnavailableError, DatabaseError) as error:
        raise RefusedError(503, UNAVAILABLE) from error


async def _json(request: HttpRequest) -> dict[str, Any]:
    """Read a JSON object of bounded size; raises RefusedError."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise RefusedError(415, msg("Please send JSON."))
    data = await read_body(request, MOST_BYTES)
    if data is None:
        raise RefusedError(413, msg("This message is too long. Please ask in a few sentences."))
    value = read_json(data)
    if not isinstance(value, dict):
        raise RefusedError(400, msg("This is not a message I can read."))
    return value


def _request(value: dict[str, Any], token: str, lang: str) -> Request:
    """Make the neutral request out of what the page sent; raises RefusedError."""
    number, text, action = value.get("id"), value.get("text", ""), value.get("action", "")
    if not (isinstance(number, str) and _ID.fullmatch(number)):
        raise RefusedError(400, msg("This is not a message I can read."))
    if not (isinstance(text, str) and isinstance(action, str)):
        raise RefusedError(400, msg("This is not a message I can read."))
    if len(text) > MOST_CHARS or len(action.encode("utf-8", "replace")) > ACTION_BYTES:
        raise RefusedError(413, msg("This message is too long. Please ask in a few sentences."))
    sender = Address(CHANNEL, _user(token))
    return Request(sender, number, clean(text), action, lang="en" if lang == "en" else "vi")


def _file(file: File) -> dict[str, str]:
    """Give a file as the page offers it for saving; it is kept nowhere."""
    data = base64.b64encode(file.data).decode()
    return {"name": file.name, "type": file.type, "data": data}


def _bubble(message: Message) -> dict[str, Any]:
    """Give one bubble as the page draws it."""
    shown = {key: message.body[key] for key in ("buttons", "refs", "failed") if key in message.body}
    at = message.at.isoformat(timespec="seconds")
    return {"id": message.id, "at": at, "mine": message.mine, "text": message.text, **shown}


def _after(request: HttpRequest) -> int:
    """Read the number of the message the page has seen last; 0 where it has seen none."""
    told = request.query_params.get("after", "")
    return int(told) if _NUMBER.fullmatch(told) else 0


def _token(request: HttpRequest) -> str:
    token = request.cookies.get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else ""


def _user(token: str) -> str:
    """Name the person by a digest: who reads the database cannot take over a conversation."""
    return hashlib.sha256(token.encode()).hexdigest()


def _lang(request: HttpRequest) -> str:
    wanted = request.query_params.get("lang") or request.headers.get("accept-language", "")[:2]
    return wanted if wanted in LANGS else "vi"


def _with_token(response: Response, request: HttpRequest, token: str = "") -> Response:
    """Hand out the cookie that keeps a conversation across reloads."""
    if not _token(request):
        secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
        value = token or secrets.token_urlsafe(32)
        response.set_cookie(
            COOKIE, value, YEAR, httponly=True, samesite="lax", secure=secure, path="/"
        )
    return response
