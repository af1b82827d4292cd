"""A Bot API that runs in a thread, on a port that stays its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

import uvicorn

from tests.botapi.control import make_control
from tests.botapi.membership import Members
from tests.botapi.server import TOKEN, make_app
from tests.botapi.state import State
from tests.botapi.webhook import Delivery


class BotApi(Members):
    """A server with its people; `stop` and `start` keep state and port."""

    token = TOKEN

    def __init__(self, port: int = 0, **state: Any) -> None:
        super().__init__(State(**state))
        self.port = port or _free_port()
        self.thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._ready = threading.Event()

    @property
    def url(self) -> str:
        """Where bots call."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    @contextlib.contextmanager
    def running(cls, **state: Any) -> Iterator[BotApi]:
        """Give a server that takes calls; see State for what can be set."""
        api = cls(**state)
        api.start()
        try:
            yield api
        finally:
            api.stop()

    def start(self) -> None:
        """Take calls, from now or again."""
        # Said to be TCP, or asyncio would not send small answers at once: 40 ms a call.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        listening.listen(256)
        self._ready.clear()
        self.thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listening)), daemon=True
        )
        self.thread.start()
        assert self._ready.wait(10), "the server did not begin"

    def stop(self) -> None:
        """Refuse connections and cut those there are, as a server that is down does."""
        assert self.thread is not None, "the server was started"
        assert self._loop is not None, "and so was its loop"
        assert self._end is not None, "with its end"
        self._loop.call_soon_threadsafe(self._end.set)
        self.thread.join()

    def outage(self, seconds: float) -> None:
        """Be down for a while, from now; returns at once."""

        def down() -> None:
            self.stop()
            threading.Event().wait(seconds)
            self.start()

        threading.Thread(target=down, daemon=True).start()

    async def _serve(self, listening: socket.socket) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await _begun(self, listening)
        tasks = (
            asyncio.create_task(Delivery(self.state).run()),
            asyncio.create_task(server.main_loop()),
        )
        self._ready.set()
        await self._end.wait()
        _cut(server)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        listening.close()
        for _ in range(5):  # a connection taken in the last moment is cut as well
            await asyncio.sleep(0.01)
            _cut(server)


async def _begun(api: BotApi, listening: socket.socket) -> uvicorn.Server:
    """Start uvicorn step by step: its own `serve` does not say when it has begun."""
    app = make_app(api.state, make_control(api))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup([listening])
    return server


def _cut(server: uvicorn.Server) -> None:
    """End at once; uvicorn's own way out would wait for those who poll."""
    for one in server.servers:
        one.close()
    for connection in list(server.server_state.connections):
        transport: Any = getattr(connection, "transport", None)
        if transport:
            transport.abort()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


running = BotApi.running
