"""The bot on a Zalo Official Account as the tests talk with it: the real channel, real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import uvicorn

from bot.channels.zalo_oa import PATH, ZaloOA
from bot.deliver import Deliverer
from bot.library import Library
from bot.pace import Pace
from bot.running import running
from bot.turn import Service
from bot.web import make_app
from db.engine import Engine, open_engine, upgrade
from tests.zalooa.running import Zalo
from tests.zalooa.state import APP_ID, APP_SECRET, FIRST, OA_SECRET


def channel(service: Service, zalo: Zalo, refresh: str = FIRST) -> ZaloOA:
    """Make the channel as the settings would."""
    return ZaloOA(
        service,
        app_id=APP_ID,
        app_secret=APP_SECRET,
        oa_secret=OA_SECRET,
        refresh_token=refresh,
        base_url=zalo.url,
        oauth_url=zalo.url,
        pace=Pace(),
    )


def service(library: Library, engine: Engine, zalo: Zalo) -> Service:
    """Make what the channel hands its messages to; it goes by the platform's clock."""
    return Service(engine, library.content, library.index, zalo.state.clock)


class Bot:
    """The bot in a thread of its own, on a database in a folder."""

    def __init__(self, library: Library, database: str, zalo: Zalo, refresh: str = FIRST) -> None:
        self.engine = open_engine(database)
        self.service = service(library, self.engine, zalo)
        self.channel = channel(self.service, zalo, refresh)
        deliverer = Deliverer(self.engine, self.channel, zalo.state.clock)
        self.service.deliverers[self.channel.name] = deliverer
        self.zalo = zalo
        self.loop: asyncio.AbstractEventLoop | None = None
        self.end: asyncio.Event | None = None
        self.ready = threading.Event()
        self.errors: list[BaseException] = []
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

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

    async def _serve(self) -> None:
        self.loop, self.end = asyncio.get_running_loop(), asyncio.Event()
        await upgrade(self.engine)
        async with running(self.service, [self.channel], self.errors.append), self._web():
            self.ready.set()
            await self.end.wait()
        await self.engine.dispose()

    @contextlib.asynccontextmanager
    async def _web(self) -> AsyncIterator[None]:
        """Serve the webhook's route."""
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        self.zalo.webhook = f"http://127.0.0.1:{listening.getsockname()[1]}{PATH}"
        app = make_app(self.service, self.channel.routes())
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup([listening])
        serving = asyncio.create_task(server.main_loop())
        try:
            yield
        finally:
            server.should_exit = True
            await serving
            await server.shutdown()
            listening.close()


@contextlib.contextmanager
def bot_on_zalo(library: Library, folder: Path, zalo: Zalo, refresh: str = FIRST) -> Iterator[Bot]:
    """Give a bot that runs."""
    bot = Bot(library, f"sqlite+aiosqlite:///{folder / 'zalo.db'}", zalo, refresh)
    bot.start()
    try:
        yield bot
    finally:
        bot.stop()
