"""Which period the coordinator looks at, and how all bodies stand in it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from handlers.reports.due import Obligation, Period
from handlers.reports.standing import Standing
from handlers.reports.state import State

RECENT = dt.timedelta(days=20)
"""How long after its due day a period stays the one to look at."""


@dataclass(frozen=True)
class Line:
    """One body in a period: what it owes, how it stands, who is there for it.

    `has_somebody` tells of a focal person, `reached` of anybody of the body at all; `over` that
    its own day is over.
    """

    owed: Obligation
    stands: Standing
    has_somebody: bool
    reached: bool
    over: bool

    @property
    def group(self) -> str:
        """Sort the body: in, in but late, returned, late, or missing."""
        if self.stands.done:
            return "in" if self.stands.on_time else "in-late"
        if self.stands.state == "returned":
            return "returned"
        return "late" if self.over else "missing"


def present(state: State, today: dt.date) -> Period | None:
    """Choose the period to look at first: the latest due one that is recent, else the next."""
    known = [period for period in state.periods if period.remind]
    over = [period for period in known if today - RECENT <= period.due.day < today]
    coming = [period for period in known if period.due.day >= today]
    if over and not (coming and coming[0].due.day - today < today - over[-1].due.day):
        return over[-1]
    return coming[0] if coming else (known[-1] if known else None)


def lines(
    state: State, key: str, staff: AbstractSet[tuple[str, str]], today: dt.date
) -> Sequence[Line]:
    """Give how every body stands in a period; `staff` are the roles that are held, by body."""
    found = []
    for owed in state.of_period(key):
        held = {role for role, agency in staff if agency == owed.agency}
        stands = state.standing(owed)
        found.append(Line(owed, stands, "focal" in held, bool(held), stands.due < today))
    return found
