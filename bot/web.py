"""The web server: the chat page, its interface, and the health of the program."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import web_calendar
from bot.metrics import DATABASE, LAG, QUEUED, exposition
from bot.reminding import LAST
from bot.turn import Service
from db import facts, outbox_counts
from db.engine import DatabaseError, check_schema, reading_errors

SECURITY = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
"""Sent with every response: nothing from outside, no inline code, no sniffing."""

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
TOO_LATE = 300.0
"""Seconds messages and reminders may be late before the program says that it is not ready."""
ANSWER = 4.0
"""Seconds the database may take for a question about health; whoever asks does not wait long."""
SLOWEST = 20.0
"""Seconds the next part of a request may take."""
LOG = logging.getLogger("motcua.web")
Life = Callable[[Starlette], contextlib.AbstractAsyncContextManager[None]]


def make_app(service: Service, routes: list[BaseRoute], life: Life | None = None) -> Starlette:
    """Make the application out of the channels' routes and the health routes."""

    async def ready(request: HttpRequest) -> Response:
        del request
        try:
            async with asyncio.timeout(ANSWER):
                return await _ready(service)
        except (DatabaseError, OSError) as error:
            return _unready(str(error) or "the database does not answer")

    async def figures(request: HttpRequest) -> Response:
        del request
        try:
            async with asyncio.timeout(ANSWER):
                await _count(service)
        # The door: the figures of the process itself are wanted then all the more.
        except Exception:
            DATABASE.set(0)
            LOG.exception("the queue cannot be counted")
        return Response(exposition(), media_type=EXPOSITION)

    health = [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", figures)]
    return Starlette(
        routes=[*routes, web_calendar.route(service), *health],
        middleware=[Middleware(Secured)],
        lifespan=life or no_life,
    )


async def _ready(service: Service) -> Response:
    """Say whether all is well; raises DatabaseError or OSError where the database does not say."""
    await check_schema(service.engine)
    now = service.clock()
    with reading_errors():
        async with service.engine.connect() as conn:
            behind = await outbox_counts.lag(conn, now)
            ticked = await facts.get(conn, LAST)
    if behind > TOO_LATE:
        return _unready("messages are not delivered")
    if ticked and (now - dt.datetime.fromisoformat(ticked)).total_seconds() > TOO_LATE:
        return _unready(f"reminders were worked out last at {ticked}")
    told = {"entries": len(service.content.entries), "delivery_lag": round(behind, 1)}
    return JSONResponse({"ready": True, **told, "last_tick": ticked})


def _unready(why: str) -> Response:
    return JSONResponse({"ready": False, "why": why}, 503)


async def _count(service: Service) -> None:
    """Count what waits and what became of it; a state that is empty now is no longer told."""
    async with service.engine.connect() as conn:
        behind = await outbox_counts.lag(conn, service.clock())
        counted = await outbox_counts.counts(conn)
    LAG.set(behind)
    QUEUED.clear()
    for (channel, state), count in counted.items():
        QUEUED.labels(channel, state).set(count)
    DATABASE.set(1)


async def alive(request: HttpRequest) -> Response:
    """Say that the process answers."""
    del request
    return JSONResponse({"alive": True})


@contextlib.asynccontextmanager
async def no_life(app: Starlette) -> AsyncIterator[None]:
    """Start and stop nothing."""
    del app
    yield


class Secured:
    """Adds the security headers to every response, and does not wait long for a slow request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers when the response begins."""

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(k.encode(), v.encode()) for k, v in SECURITY.items()]
                message["headers"] = [*message.get("headers", []), *extra]
            await send(message)

        onward: Callable[[Message], Awaitable[None]] = send_secured
        with contextlib.suppress(ClientDisconnect):  # there is nobody left to answer
            await self.app(scope, in_time(receive) if scope["type"] == "http" else receive, onward)


def in_time(receive: Receive, seconds: float = SLOWEST) -> Receive:
    """Read a request whose sender is as good as gone when its next part does not come in time."""
    whole = False

    async def read() -> Message:
        nonlocal whole
        if whole:
            return await receive()
        try:
            async with asyncio.timeout(seconds):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        whole = not message.get("more_body", False)
        return message

    return read
