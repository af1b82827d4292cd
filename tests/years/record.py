"""One history as it happens: the true time, the program, the platform, and what went wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from bot.deliver import Deliverer
from bot.turn import Service
from db.engine import Engine
from tests.years.platform import Platform
from tests.years.world import World


@dataclass
class Report:
    """What went wrong in a history (nothing, if all is well) and how much happened."""

    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass
class History:
    """One run: the true time, the program and the platform."""

    world: World
    engine: Engine
    service: Service
    platform: Platform
    now: dt.datetime
    deliverer: Deliverer
    report: Report = field(default_factory=Report)
    alarms: int = 0
