"""`run` and `demo`: the bot with its channels, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import socket
from collections.abc import AsyncIterator, Sequence

import uvicorn
from starlette.applications import Starlette

from bot import logs
from bot.channels import webchat
from bot.console import fail, say
from bot.library import Library, open_library
from bot.running import make_channels, running
from bot.samples import invite_samples
from bot.settings import Settings, load, make_folder
from bot.turn import Service
from bot.web import make_app
from db.engine import check_schema, open_engine, upgrade
from handlers.cases.routing import router_of


def demo() -> None:
    """Everything on one machine with no token: SQLite, web chat, the database made by itself."""
    _start(load(), by_itself=True)


def run() -> None:
    """The configured channels; refuses a database that needs an upgrade first."""
    _start(load(), by_itself=False)


def _start(settings: Settings, *, by_itself: bool) -> None:
    logs.set_up(settings.log_level)
    make_folder(settings.data_dir)
    listening = listen(settings.host, settings.port)
    library = open_library(settings.content_dir, settings.data_dir)
    router_of(library.content, library.index)  # or the first feedback would make everybody wait
    asyncio.run(serve(settings, library, listening, by_itself=by_itself))


async def serve(
    settings: Settings, library: Library, listening: socket.socket, *, by_itself: bool
) -> None:
    """Run on what was read and opened before, until told to stop."""
    engine = open_engine(settings.database, serving=True)
    address = _address(settings, listening)
    try:
        if by_itself:
            await upgrade(engine)
        await check_schema(engine)
        service = Service(engine, library.content, library.index, lambda: dt.datetime.now(dt.UTC))
        samples = await invite_samples(service, address) if by_itself else []
        await _serve_channels(service, settings, listening, [_welcome(settings, address), *samples])
    finally:
        await engine.dispose()


async def _serve_channels(
    service: Service, settings: Settings, listening: socket.socket, lines: Sequence[str]
) -> None:
    channels = make_channels(service, settings)
    failures: list[BaseException] = []

    def give_up(error: BaseException) -> None:
        failures.append(error)
        server.should_exit = True

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        del app
        async with running(service, channels, give_up):
            for line in (*lines, "Stop with Ctrl+C."):
                say(line)
            yield

    routes = [route for channel in channels for route in channel.routes()]
    app = make_app(service, [*webchat.routes(service), *routes], life)
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
    server = uvicorn.Server(config)
    await server.serve([listening])
    if failures:
        why = type(failures[0]).__name__
        fail(f"a channel gave up ({why}): is its token right? The log says more.", usage=True)


def _welcome(settings: Settings, address: str) -> str:
    told = {
        "Telegram": (bool(settings.telegram_token.get_secret_value()), "BOT_TELEGRAM_TOKEN"),
        "Zalo Official Account": (bool(settings.zalo_oa_app_id), "BOT_ZALO_OA_APP_ID"),
        "Zalo Bot": (bool(settings.zalo_bot_token.get_secret_value()), "BOT_ZALO_BOT_TOKEN"),
    }
    lines = [
        f"  {name}: on" if on else f"  {name}: off ({setting} turns it on)"
        for name, (on, setting) in told.items()
    ]
    return "\n".join([f"Một Cửa is open: {address}", *lines])


def _address(settings: Settings, listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return settings.public_url or f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done, so that a clash is said in one sentence."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        why = error.strerror or str(error)
        fail(f"cannot listen on {host}:{port}: {why}. Set BOT_HOST or BOT_PORT.", usage=True)
    return listening
