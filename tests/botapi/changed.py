"""A condition that wakes threads and coroutines, so that nobody looks again and again."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator


class Changed(threading.Condition):
    """Notifies the threads that wait, as usual, and the coroutines that listen."""

    def __init__(self) -> None:
        super().__init__()
        self._wake: set[Callable[[], None]] = set()

    def notify_all(self) -> None:
        """Tell everybody that something changed."""
        super().notify_all()
        for wake in tuple(self._wake):
            wake()

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Give an event that is set at every change, for a coroutine."""
        loop, event = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            # The loop of a server that was stopped has nobody to wake.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

        with self:
            self._wake.add(wake)
        try:
            yield event
        finally:
            with self:
                self._wake.discard(wake)
