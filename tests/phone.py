"""The bot on Telegram as the tests talk with it: the real channel against the strict Bot API."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import uvicorn

from bot.channels.telegram import Telegram
from bot.deliver import Deliverer
from bot.library import Library
from bot.pace import Pace
from bot.running import running
from bot.turn import Service
from bot.web import make_app
from db.engine import open_engine, upgrade
from tests.botapi.running import BotApi


class Bot:
    """The bot in a thread of its own, on a database in a folder, calling a Bot API."""

    def __init__(self, library: Library, database: str, api: BotApi, **how: Any) -> None:
        self.engine = open_engine(database)
        clock = how.pop("clock", None) or (lambda: dt.datetime.now(dt.UTC))
        self.service = Service(self.engine, library.content, library.index, clock)
        self.telegram = Telegram(self.service, api.token, api.url, **how)
        self.service.deliverers["telegram"] = Deliverer(self.engine, self.telegram, clock)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.ready = threading.Event()
        self.end: asyncio.Event | None = None
        self.errors: list[BaseException] = []
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Start, and wait until it receives."""
        self.thread.start()
        assert self.ready.wait(30), "the bot did not start"

    def stop(self) -> None:
        """Stop in order, as at SIGTERM."""
        assert self.end is not None, "the bot was started"
        assert self.loop is not None, "in its loop"
        self.loop.call_soon_threadsafe(self.end.set)
        self.thread.join(30)
        if self.errors:
            raise self.errors[0]

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop, self.end = asyncio.get_running_loop(), asyncio.Event()
        await upgrade(self.engine)
        async with running(self.service, [self.telegram], self.errors.append), self._web():
            self.ready.set()
            await self.end.wait()
        await self.engine.dispose()

    @contextlib.asynccontextmanager
    async def _web(self) -> AsyncIterator[None]:
        """Serve the webhook's route, where Telegram calls instead of being asked."""
        if not self.telegram.webhook:
            yield
            return
        app = make_app(self.service, self.telegram.routes())
        port = int(self.telegram.webhook.partition("127.0.0.1:")[2].partition("/")[0])
        config = uvicorn.Config(app, port=port, log_config=None, access_log=False, lifespan="off")
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup()
        serving = asyncio.create_task(server.main_loop())
        try:
            yield
        finally:
            server.should_exit = True
            await serving
            await server.shutdown()


@contextlib.contextmanager
def bot_on_telegram(library: Library, folder: Path, api: BotApi, **how: Any) -> Iterator[Bot]:
    """Give a bot that runs."""
    how.setdefault("pace", Pace())
    bot = Bot(
        library, how.pop("database", f"sqlite+aiosqlite:///{folder / 'phone.db'}"), api, **how
    )
    bot.start()
    try:
        yield bot
    finally:
        bot.stop()
