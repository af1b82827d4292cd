"""What is owed around a moment and what happened to it, read in one go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from content.whole import Content
from db import report_events
from db.engine import Connection
from db.report_events import Event
from handlers.context import ZONE
from handlers.reports.due import Obligation, Period, names, obligations
from handlers.reports.opened import opened
from handlers.reports.standing import Log, Standing, log_of, standing

AROUND = dt.timedelta(days=75)
"""How far back and ahead obligations are looked at: longer than any ladder or extension."""


@dataclass(frozen=True)
class State:
    """Obligations around a moment, and the log of what happened."""

    owed: Sequence[Obligation]
    events: Sequence[Event]

    @cached_property
    def log(self) -> Log:
        """What happened, by what it is about."""
        return log_of(self.events)

    def of(self, agencies: frozenset[str]) -> list[Obligation]:
        """Give what some bodies owe."""
        return [one for one in self.owed if one.agency in agencies]

    def find(self, key: str) -> Obligation | None:
        """Find an obligation by its key, such as `quy-1/2026:so-tu-phap`."""
        return next((one for one in self.owed if one.key == key), None)

    def standing(self, owed: Obligation) -> Standing:
        """Say how an obligation stands."""
        return standing(owed, self.log)

    @cached_property
    def periods(self) -> list[Period]:
        """The periods there are, by due day."""
        return sorted({one.period for one in self.owed}, key=lambda p: (p.due.day, p.report))

    def period(self, key: str) -> Period | None:
        """Find a period by its key, such as `quy-1/2026`."""
        return next((one for one in self.periods if one.key == key), None)

    def of_period(self, key: str) -> list[Obligation]:
        """Give what all bodies owe for a period."""
        return [one for one in self.owed if one.period.key == key]


async def read(conn: Connection, content: Content, now: dt.datetime) -> State:
    """Read what is owed around now."""
    today = now.astimezone(ZONE).date()
    first, last = today - AROUND, today + AROUND
    owed = obligations(content, first, last)
    events = await report_events.around(
        conn,
        today.year - 1,
        known=names(content),
        periods={(one.period.report, one.period.year) for one in owed},
    )
    by_hand = [one for one in opened(content, events) if first <= one.period.due.day <= last]
    return State([*owed, *by_hand], events)
