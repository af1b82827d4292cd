"""A memory of bounded size, for what only saves work and may be forgotten."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

Value = TypeVar("Value")
MOST = 10_000


class Remembered(OrderedDict[str, Value]):
    """A memory that forgets what was put into it first when it is full."""

    def __setitem__(self, key: str, value: Value) -> None:
        """Remember as the newest."""
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > MOST:
            self.popitem(last=False)
