"""One history as it happens: the true time, the program in its present life, what went wrong."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from bot.deliver import Deliverer
from bot.turn import Service
from handlers.search.index import Index
from tests.years.loop import Loop
from tests.years.platform import Platform
from tests.years.program import Life, open_database
from tests.years.world import World


@dataclass
class Report:
    """What went wrong in a history (nothing, if all is well) and how much happened."""

    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class History:
    """One run: the true time, the program and the platform."""

    def __init__(self, world: World, database: Path, loop: Loop) -> None:
        self.world = world
        self.loop = loop
        self.now = world.begin
        self.report = Report()
        self.life = Life(world.chance)
        self.platform = Platform(world.chance, self.life)
        self.engine = open_database(database, lambda: self.life)
        self._wake()

    def clock(self) -> dt.datetime:
        """Give the time the program believes it is."""
        return self.now + self.world.skew(self.now)

    def _wake(self) -> None:
        self.service = Service(self.engine, self.world.content, cast("Index", None), self.clock)
        self.deliverer = Deliverer(self.engine, self.platform, self.clock)

    async def restart(self) -> None:
        """Leave the program where it stands, as if killed, and start it again on what it left."""
        self.life.die()
        tasks = list(self.deliverer.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.engine.dispose()
        self.life = self.platform.life = Life(self.world.chance)
        self._wake()
        await self.deliverer.reclaim()
