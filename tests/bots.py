"""The bot with one channel as tests run it: in a thread of its own, on a database."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Self

from bot.channels.channel import Channel
from bot.deliver import Deliverer
from bot.running import running
from bot.turn import Service
from bot.web import make_app
from db.engine import upgrade
from tests.serving import InThread, listen, serving


class Bot(InThread):
    """A bot on one channel; `port` is where its platform calls, None where it is asked instead."""

    def __init__(self, service: Service, channel: Channel, port: int | None) -> None:
        super().__init__(self._running)
        self.service = service
        self.channel = channel
        self.port = port
        self.engine = service.engine
        self.errors: list[BaseException] = []
        self.ended = threading.Event()
        service.deliverers[channel.name] = Deliverer(self.engine, channel, service.clock)

    @contextlib.contextmanager
    def started(self) -> Iterator[Self]:
        """Run while the block does; raises what made the channel give up."""
        self.start()
        try:
            yield self
        finally:
            self.stop()
        if self.errors:
            raise self.errors[0]

    @contextlib.asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        await upgrade(self.engine)
        async with running(self.service, [self.channel], self._gave_up), self._web():
            yield
        await self.engine.dispose()

    @contextlib.asynccontextmanager
    async def _web(self) -> AsyncIterator[None]:
        if self.port is None:
            yield
            return
        async with serving(make_app(self.service, self.channel.routes()), listen(self.port)):
            yield

    def _gave_up(self, error: BaseException) -> None:
        self.errors.append(error)
        self.ended.set()


def port_of(url: str) -> int | None:
    """Give the port of an address on this machine; None of none."""
    return int(url.partition("127.0.0.1:")[2].partition("/")[0]) if url else None
