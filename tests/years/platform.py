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
from tests.years.program import Life

BEFORE = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


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
    life: Life
    name: str = "web"
    shows: Shows = field(default_factory=lambda: Shows(100_000))
    pace: Pace = field(default_factory=lambda: Pace(0, 1, 3))
    got: list[Got] = field(default_factory=list)
    storming: bool = False
    refused: bool = False
    """Whether it wanted to have something later, in the present look."""
    at: dt.datetime = BEFORE

    def begin(self, at: dt.datetime, *, storming: bool) -> None:
        """Begin a look of the program."""
        self.at, self.storming, self.refused = at, storming, False

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
            self.refused = True
            every = self.chance.random() < 0.5
            raise LaterError("too many", self.chance.uniform(1, 30), all_chats=every)
        fate = self.chance.random()
        if fate < 0.003:
            self.refused = True
            raise LaterError("not now", 1.0)
        self.life.step()
        self.got.append(Got(user, self.at, body["text"]))
        self.life.step()
        if fate < 0.008:
            raise LaterError("the answer was lost", doubt=True)
        return str(len(self.got))
