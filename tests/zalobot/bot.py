"""The bot on Zalo as the tests talk with it: in a thread, or as a process that can be killed."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import uvicorn

from bot.channels.zalo_bot import PATH, ZaloBot
from bot.deliver import Deliverer
from bot.library import Library, open_library
from bot.logs import set_up
from bot.pace import Pace
from bot.running import running
from bot.turn import Service, Taken
from bot.web import make_app
from content.load import HERE
from db.engine import open_engine, upgrade
from handlers.message import Request
from tests.zalobot.running import ZaloApi

ROOT = Path(__file__).parents[2]
WORD = "geheim-zalo-1"


class StuckBefore(Service):
    """A service that is about to handle a message, for ever."""

    async def take(self, request: Request) -> Taken:
        """Wait to be killed."""
        del request
        await asyncio.Event().wait()
        raise AssertionError


class StuckAfter(Service):
    """A service that has handled a message and does not come back, for ever."""

    async def take(self, request: Request) -> Taken:
        """Handle it, then wait to be killed."""
        await super().take(request)
        await asyncio.Event().wait()
        raise AssertionError


KINDS = {"whole": Service, "before": StuckBefore, "after": StuckAfter}


class Bot:
    """The bot on a database, calling a Zalo."""

    def __init__(
        self,
        library: Library,
        database: str,
        url: str,
        token: str,
        kind: type[Service] = Service,
        **how: Any,
    ) -> None:
        self.engine = open_engine(database)
        clock = how.pop("clock", None) or (lambda: dt.datetime.now(dt.UTC))
        patience = how.pop("patience", None)
        self.service = kind(self.engine, library.content, library.index, clock)
        self.zalo = ZaloBot(self.service, token, url, pace=Pace(), **how)
        self.zalo.api.patience = patience or self.zalo.api.patience
        self.service.deliverers[self.zalo.name] = Deliverer(self.engine, self.zalo, clock)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.ready = threading.Event()
        self.ended = threading.Event()
        self.end: asyncio.Event | None = None
        self.errors: list[BaseException] = []
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)

    def start(self) -> None:
        """Start in a thread, and wait until it receives."""
        self.thread.start()
        assert self.ready.wait(30), "the bot did not start"

    def stop(self) -> None:
        """Stop in order, as at SIGTERM."""
        assert self.end is not None, "the bot was started"
        assert self.loop is not None, "in its loop"
        self.loop.call_soon_threadsafe(self.end.set)
        self.thread.join(30)

    async def serve(self) -> None:
        """Run until told to end."""
        self.loop, self.end = asyncio.get_running_loop(), asyncio.Event()
        await upgrade(self.engine)
        async with running(self.service, [self.zalo], self._gave_up), self._web():
            self.ready.set()
            await self.end.wait()
        await self.engine.dispose()

    def _gave_up(self, error: BaseException) -> None:
        self.errors.append(error)
        self.ended.set()

    @contextlib.asynccontextmanager
    async def _web(self) -> AsyncIterator[None]:
        """Serve the webhook's route, where Zalo calls instead of being asked."""
        if not self.zalo.webhook:
            yield
            return
        app = make_app(self.service, self.zalo.routes())
        port = int(self.zalo.webhook.partition("127.0.0.1:")[2].removesuffix(PATH))
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
def bot_on_zalo(library: Library, folder: Path, api: ZaloApi, **how: Any) -> Iterator[Bot]:
    """Give a bot that runs."""
    bot = Bot(library, database(folder), api.url, how.pop("token", api.token), **how)
    bot.start()
    try:
        yield bot
    finally:
        bot.stop()


def database(folder: Path) -> str:
    """Give the address of the database in a folder."""
    return f"sqlite+aiosqlite:///{folder / 'zalo.db'}"


def main() -> None:
    """Run as a process of its own, which a test may kill."""
    parser = argparse.ArgumentParser(prog="tests.zalobot.bot")
    for name in ("folder", "url", "token", "kind"):
        parser.add_argument(name)
    told = parser.parse_args()
    set_up("debug")
    library = open_library(HERE, ROOT / "data")
    asyncio.run(
        Bot(library, database(Path(told.folder)), told.url, told.token, KINDS[told.kind]).serve()
    )


if __name__ == "__main__":
    main()
