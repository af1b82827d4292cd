"""A Bot API that runs in a thread, on a port that stays its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

from tests.botapi.control import make_control
from tests.botapi.membership import Members
from tests.botapi.server import TOKEN, make_app
from tests.botapi.state import State
from tests.botapi.webhook import Delivery
from tests.serving import InThread, free_port, listen, serving


class BotApi(Members):
    """A server with its people; `stop` and `start` keep state and port."""

    token = TOKEN

    def __init__(self, port: int = 0, **state: Any) -> None:
        super().__init__(State(**state))
        self.port = port or free_port()
        self.thread: InThread | None = None

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
        listening = listen(self.port)
        self.thread = InThread(lambda: self._serve(listening))
        self.thread.start()

    def stop(self) -> None:
        """Refuse connections and cut those there are, as a server that is down does."""
        assert self.thread is not None, "the server was started"
        self.thread.stop()

    def outage(self, seconds: float) -> None:
        """Be down for a while, from now; returns at once."""

        def down() -> None:
            self.stop()
            threading.Event().wait(seconds)
            self.start()

        threading.Thread(target=down, daemon=True).start()

    @contextlib.asynccontextmanager
    async def _serve(self, listening: socket.socket) -> AsyncIterator[None]:
        delivery = asyncio.create_task(Delivery(self.state).run())
        async with serving(make_app(self.state, make_control(self)), listening):
            yield
            delivery.cancel()
            await asyncio.gather(delivery, return_exceptions=True)


running = BotApi.running
