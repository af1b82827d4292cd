"""How a body's report stands, worked out from what happened to it. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from db.report_events import Event
from handlers.context import ZONE
from handlers.reports.due import Obligation, Period

State = Literal["open", "submitted", "accepted", "returned"]
DONE = ("submitted", "accepted")


@dataclass(frozen=True)
class Standing:
    """How an obligation stands.

    `due` is the day that counts now; `since` the moment from which notices count again, after a
    return or a new day; `asked` the request for more time that waits for the coordinator;
    `handed` the person who took the report over; `snoozes` when who wants to be told again.
    """

    due: dt.date
    state: State = "open"
    submitted: Event | None = None
    proof: Event | None = None
    returned: Event | None = None
    asked: Event | None = None
    handed: int | None = None
    since: dt.datetime | None = None
    moved: bool = False
    snoozes: tuple[Event, ...] = ()
    nudges: tuple[Event, ...] = ()
    on_time: bool | None = field(default=None)
    """Whether the first submission came by the day that counted then; None before it."""

    @property
    def done(self) -> bool:
        """Whether nothing more is asked of the body now."""
        return self.state in DONE


Log = Mapping[tuple[str, int, str], Sequence[Event]]
"""What happened, by report, year and body ("" for what concerns all bodies)."""


def log_of(events: Iterable[Event]) -> Log:
    """Sort events by what they are about."""
    sorted_: defaultdict[tuple[str, int, str], list[Event]] = defaultdict(list)
    for event in events:
        sorted_[event.report, event.year, event.agency].append(event)
    return sorted_


def standing(owed: Obligation, log: Log) -> Standing:
    """Work out how an obligation stands, from what happened to it and to its period."""
    period = owed.period
    own = log.get((period.report, period.year, owed.agency), ())
    shared = log.get((period.report, period.year, ""), ())
    found = Standing(due=period.due.day)
    if not own and not shared:
        return found
    for event in sorted((*own, *shared), key=lambda event: event.id):
        found = _after(found, event)
    return found


def due_of(period: Period, log: Log) -> dt.date:
    """Give the day that counts for a period as a whole."""
    day = period.due.day
    for event in log.get((period.report, period.year, ""), ()):
        if event.kind == "due-changed":
            day = _day(event)
    return day


def _after(found: Standing, event: Event) -> Standing:
    step = _STEPS.get(event.kind)
    return step(found, event) if step else found


def _submitted(found: Standing, event: Event) -> Standing:
    """The first submission decides whether it came in time; one after a return does not."""
    on_time = found.on_time
    if on_time is None:
        on_time = event.at.astimezone(ZONE).date() <= found.due
    return replace(
        found, state="submitted", submitted=event, proof=None, asked=None, on_time=on_time
    )


def _withdrawn(found: Standing, event: Event) -> Standing:
    del event
    return replace(found, state="open", submitted=None, proof=None, on_time=None)


def _accepted(found: Standing, event: Event) -> Standing:
    del event
    return replace(found, state="accepted") if found.state == "submitted" else found


def _returned(found: Standing, event: Event) -> Standing:
    return replace(found, state="returned", returned=event, since=event.at)


def _moved(found: Standing, event: Event) -> Standing:
    return replace(found, asked=None, due=_day(event), since=event.at, moved=True)


_STEPS: Mapping[str, Callable[[Standing, Event], Standing]] = MappingProxyType(
    {
        "submitted": _submitted,
        "proof": lambda found, event: replace(found, proof=event),
        "withdrawn": _withdrawn,
        "accepted": _accepted,
        "returned": _returned,
        "extension-asked": lambda found, event: replace(found, asked=event),
        "extension-refused": lambda found, _: replace(found, asked=None),
        "extended": _moved,
        "due-changed": _moved,
        "handed": lambda found, event: replace(found, handed=event.data.get("to")),
        "snoozed": lambda found, event: replace(found, snoozes=(*found.snoozes, event)),
        "nudged": lambda found, event: replace(found, nudges=(*found.nudges, event)),
    }
)
"""What each kind of act changes; "opened" makes the obligation itself."""


def _day(event: Event) -> dt.date:
    return dt.date.fromisoformat(event.data["due"])
