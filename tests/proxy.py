"""A TCP proxy of the tests' own: one address before several servers, and a line that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator

from tests.serving import InThread, free_port

AT_ONCE = 65536


class Proxy(InThread):
    """Gives each connection to the next server that takes it; while it is cut, nothing moves."""

    def __init__(self, *ports: int) -> None:
        super().__init__(self._serving)
        self.port = free_port()
        self.ports = ports
        self.turns = itertools.count()
        self.whole = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        """Forward nothing from now on, and tell nobody: lines stay open, and new ones open too."""
        self._soon(self.whole.clear)

    def mend(self) -> None:
        """Forward again."""
        self._soon(self.whole.set)

    def _soon(self, act: object) -> None:
        assert self.loop is not None, "it was started"
        self.loop.call_soon_threadsafe(act)  # type: ignore[arg-type]

    @contextlib.asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        self.whole.set()
        async with await asyncio.start_server(self._take, "127.0.0.1", self.port):
            try:
                yield
            finally:
                for task in self.tasks:
                    task.cancel()
                await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a server runs this in a task"
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.CancelledError):
            await self.whole.wait()
            there, back = await self._connect()
            with contextlib.closing(back):
                await self._both_ways((reader, back), (there, writer))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Try the servers in turn, the next one first."""
        first = next(self.turns)
        for at in range(len(self.ports)):
            port = self.ports[(first + at) % len(self.ports)]
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        raise ConnectionRefusedError("no server takes connections")

    async def _both_ways(self, *ways: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        """Forward until one side ends."""
        tasks = [asyncio.create_task(self._forward(*way)) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(AT_ONCE):
            await self.whole.wait()
            writer.write(data)
            await writer.drain()


@contextlib.contextmanager
def proxy(*ports: int) -> Iterator[Proxy]:
    """Give a proxy that runs before some ports of this machine."""
    one = Proxy(*ports)
    one.start()
    try:
        yield one
    finally:
        one.stop()
