"""Runs something async in a thread, and serves applications over HTTP, for whoever tests them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

Work = Callable[[], AbstractAsyncContextManager[None]]
STEPS = 5
"""Looks of the loop in which a connection that was just accepted gets its transport."""


class InThread:
    """An async block that runs in a thread and a loop of its own, from `start` to `stop`."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)

    def start(self) -> None:
        """Start, and wait until the block is entered."""
        self.thread.start()
        assert self._ready.wait(30), "it did not begin"

    def stop(self) -> None:
        """Leave the block, and wait for the thread."""
        assert self.loop is not None, "it was started"
        assert self._end is not None, "with its end"
        self.loop.call_soon_threadsafe(self._end.set)
        self.thread.join(30)

    async def run(self) -> None:
        """Run the block in this loop instead."""
        self.loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with self.work():
            self._ready.set()
            await self._end.wait()


def free_port() -> int:
    """Find a port nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def listen(port: int = 0) -> socket.socket:
    """Take connections, which wait until somebody serves."""
    # Said to be TCP, or asyncio would not send small answers at once: 40 ms a call.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(256)
    return listening


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Serve while the block runs; then refuse connections and cut those there are.

    It starts uvicorn step by step, whose own `serve` does not say when it has begun, and whose own
    way out would wait for those who poll.
    """
    config = uvicorn.Config(
        app, log_config=None, log_level="critical", access_log=False, lifespan="off"
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup([listening])
    loop = asyncio.create_task(server.main_loop())
    try:
        yield
    finally:
        # Accept no more, and let what was accepted become a connection: a server of asyncio that
        # is closed in between drops the socket without closing it (CPython 3.11, Server._attach).
        asyncio.get_running_loop().remove_reader(listening)
        await _steps()
        for one in server.servers:
            one.close()
        for connection in list(server.server_state.connections):
            transport: Any = getattr(connection, "transport", None)
            if transport:
                transport.abort()
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
        await _steps()
        listening.close()


async def _steps() -> None:
    for _ in range(STEPS):
        await asyncio.sleep(0)


@contextlib.contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an application from a thread; gives its address."""
    listening = listen()
    thread = InThread(lambda: serving(app, listening))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        thread.stop()
