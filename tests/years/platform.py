"""A platform that is away, asks to wait, loses answers, and under which the program may die."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute

from bot.channels.channel import LaterError, Shows
from bot.pace import Pace

BEFORE = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class CrashError(BaseException):
    """The program dies here: nothing after this line runs."""


@dataclass
class Got:
    """What somebody got: when (by the true clock) and in which words."""

    user: str
    at: dt.datetime
    text: str


@dataclass
class Platform:
    """Takes messages as a channel; troubles come by chance and by the world's calendar."""

    chance: random.Random
    name: str = "web"
    shows: Shows = field(default_factory=lambda: Shows(100_000))
    pace: Pace = field(default_factory=Pace)
    got: list[Got] = field(default_factory=list)
    storming: bool = False
    at: dt.datetime = BEFORE
    dies: bool = False

    def routes(self) -> list[BaseRoute]:
        """There is nothing to serve."""
        return []

    async def run(self) -> None:
        """There is nothing to receive."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def send(self, user: str, body: Mapping[str, Any]) -> str:
        """Take one message, or not."""
        if self.storming:
            raise LaterError("too many", self.chance.uniform(1, 30), all_chats=False)
        fate = self.chance.random()
        if fate < 0.01:
            raise LaterError("not now", 1.0)
        if self.dies and fate < 0.03:
            raise CrashError("before the platform got it")
        self.got.append(Got(user, self.at, body["text"]))
        if self.dies and fate < 0.05:
            raise CrashError("after the platform got it")
        if fate < 0.055:
            raise LaterError("the answer was lost", doubt=True)
        return str(len(self.got))
