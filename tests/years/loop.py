"""An event loop in which nobody waits: whoever sleeps moves its clock forward."""

from __future__ import annotations

import asyncio
import datetime as dt
import selectors
from typing import Any

ROUND = 1e-6
"""Seconds each round of the loop takes at least: a clock that stood still would never be past."""


class Loop(asyncio.SelectorEventLoop):
    """Has a clock of its own, in seconds; nothing outside this process may be waited for."""

    def __init__(self) -> None:
        self.seconds = 0.0
        super().__init__(_Jumps(self))

    def reach(self, at: dt.datetime) -> None:
        """Let it be at least this late."""
        self.seconds = max(self.seconds, at.timestamp())

    def time(self) -> float:
        """Give the moment it is in here."""
        return self.seconds


class _Jumps(selectors.DefaultSelector):
    """Lets the loop's clock jump to the next thing to do."""

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self.loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        """Be at once where something is to be done; from outside nothing ever comes."""
        assert timeout is not None, "everybody waits for something that never comes"
        self.loop.seconds += max(timeout, ROUND)
        return []
