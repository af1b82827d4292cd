"""`run` and `demo`: the bot with its channels, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import socket
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette

from bot import logs
from bot.channels import webchat
from bot.console import fail, say
from bot.library import Library, open_library
from bot.settings import Settings, load, make_folder
from bot.turn import Service
from bot.web import make_app
from db.engine import check_schema, open_engine, upgrade

OFF = {
    "Telegram": "BOT_TELEGRAM_TOKEN",
    "Zalo Official Account": "BOT_ZALO_OA_APP_ID",
    "Zalo Bot": "BOT_ZALO_BOT_TOKEN",
}
"""Channels this version does not speak yet, and the setting that will turn each one on."""


def demo() -> None:
    """Everything on one machine with no token: SQLite, web chat, the database made by itself."""
    _start(load(), by_itself=True)


def run() -> None:
    """The configured channels; refuses a database that needs an upgrade first."""
    _start(load(), by_itself=False)


def _start(settings: Settings, *, by_itself: bool) -> None:
    logs.set_up(settings.log_level)
    make_folder(settings.data_dir)
    listening = _listen(settings.host, settings.port)
    library = open_library(settings.content_dir, settings.data_dir)
    asyncio.run(_serve(settings, library, listening, by_itself=by_itself))


async def _serve(
    settings: Settings, library: Library, listening: socket.socket, *, by_itself: bool
) -> None:
    engine = open_engine(settings.database)
    try:
        if by_itself:
            await upgrade(engine)
        await check_schema(engine)
        service = Service(engine, library.content, library.index, lambda: dt.datetime.now(dt.UTC))

        @contextlib.asynccontextmanager
        async def life(app: Starlette) -> AsyncIterator[None]:
            del app
            _welcome(settings, listening)
            yield

        app = make_app(service, webchat.routes(service), life)
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, proxy_headers=False
        )
        await uvicorn.Server(config).serve([listening])
    finally:
        await engine.dispose()


def _welcome(settings: Settings, listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    address = settings.public_url or f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
    say(f"Một Cửa is open: {address}")
    for channel, setting in OFF.items():
        say(f"  {channel}: off ({setting} is for it; this version speaks web chat and terminal)")
    say("Stop with Ctrl+C.")


def _listen(host: str, port: int) -> socket.socket:
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
