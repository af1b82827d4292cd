"""The web server: the chat page, its interface, and the health of the program."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import web_calendar
from bot.metrics import LAG, QUEUED, exposition
from bot.reminding import LAST
from bot.turn import Service
from db import facts, outbox_counts
from db.engine import DatabaseError, check_schema

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
"""Seconds a message may be late before the program says that it is not ready."""
Life = Callable[[Starlette], contextlib.AbstractAsyncContextManager[None]]


def make_app(service: Service, routes: list[BaseRoute], life: Life | None = None) -> Starlette:
    """Make the application out of the channels' routes and the health routes."""

    async def ready(request: HttpRequest) -> Response:
        del request
        try:
            await check_schema(service.engine)
        except (DatabaseError, OSError) as error:
            return JSONResponse({"ready": False, "why": str(error)}, 503)
        async with service.engine.connect() as conn:
            behind = await outbox_counts.lag(conn, service.clock())
            ticked = await facts.get(conn, LAST)
        if behind > TOO_LATE:
            return JSONResponse({"ready": False, "why": "messages are not delivered"}, 503)
        told = {"entries": len(service.content.entries), "delivery_lag": round(behind, 1)}
        return JSONResponse({"ready": True, **told, "last_tick": ticked})

    async def figures(request: HttpRequest) -> Response:
        del request
        async with service.engine.connect() as conn:
            LAG.set(await outbox_counts.lag(conn, service.clock()))
            for (channel, state), count in (await outbox_counts.counts(conn)).items():
                QUEUED.labels(channel, state).set(count)
        return Response(exposition(), media_type=EXPOSITION)

    health = [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", figures)]
    return Starlette(
        routes=[*routes, web_calendar.route(service), *health],
        middleware=[Middleware(Secured)],
        lifespan=life or no_life,
    )


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
    """Adds the security headers to every response, errors included."""

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
        await self.app(scope, receive, onward)
