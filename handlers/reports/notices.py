"""Which notices are due, given what happened so far: all that the tick writes. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from content.whole import Content
from handlers.context import ZONE
from handlers.reports.due import Obligation, Period
from handlers.reports.ladder import COORDINATOR_AGENCY, OPENED, Ladders, Rung
from handlers.reports.standing import Log, Standing, due_of, standing

AGAIN = "nhac-lai"
"""The step of somebody who asked to be told again."""
NUDGE = "nhac-tay"
"""The step the coordinator sets going by hand."""


class Span(NamedTuple):
    """A time in the province: after its first moment, and up to its last."""

    after: dt.datetime
    until: dt.datetime

    def holds(self, at: dt.datetime) -> bool:
        """Tell whether a moment lies in it."""
        return self.after < at <= self.until


ALWAYS = Span(*(dt.datetime(year, 1, 1, tzinfo=ZONE) for year in (1900, 2900)))


@dataclass(frozen=True)
class Notice:
    """One notice: for when (in the province), of what, to whom.

    `to` are roles; `person` is the one person it is for, where it is for one, or who took the
    report over from the focal person. `due` is the day the notice speaks of.
    """

    at: dt.datetime
    period: Period
    agency: str
    step: str
    to: tuple[str, ...]
    due: dt.date
    round: str = ""
    person: int | None = None

    def key(self, person: int) -> str:
        """Name why this person gets it, such as `remind:quy-1/2026:so-tu-phap:nhac-1:17`."""
        return f"remind:{self.period.key}:{self.agency}:{self.step}{self.round}:{person}"


def simulate(content: Content, owed: Iterable[Obligation]) -> list[Notice]:
    """Give every notice that goes out if nobody submits, in order of time."""
    return _ordered(_all(Ladders(content), owed, {}, ALWAYS))


def due_notices(
    content: Content,
    owed: Iterable[Obligation],
    log: Log,
    now: dt.datetime,
    *,
    after: dt.datetime = ALWAYS.after,
) -> list[Notice]:
    """Give every notice that should have gone after a moment and by `now` as things stand.

    They come in order of time. A body that has submitted gets none; one that was given another
    day gets those of that day.
    """
    span = Span(after.astimezone(ZONE), now.astimezone(ZONE))
    return _ordered(_all(Ladders(content), owed, log, span))


def _ordered(notices: Iterable[Notice]) -> list[Notice]:
    return sorted(notices, key=lambda notice: notice.at)


def _all(ladders: Ladders, owed: Iterable[Obligation], log: Log, span: Span) -> Iterator[Notice]:
    by_period: defaultdict[Period, list[Standing]] = defaultdict(list)
    for one in owed:
        if not one.period.remind:
            continue
        stands = standing(one, log)
        by_period[one.period].append(stands)
        if not stands.done:
            yield from _to_body(ladders, one, stands, span)
    for period, stand in by_period.items():
        yield from _to_coordinator(ladders, period, stand, log, span)


def _to_body(ladders: Ladders, owed: Obligation, stands: Standing, span: Span) -> Iterator[Notice]:
    """Tell a body: by the ladder, when somebody asked to be told again, when they are nudged."""
    if stands.since and stands.since > span.after:
        span = Span(stands.since.astimezone(ZONE), span.until)
    about = owed.period, owed.agency
    again = f"@{stands.due}" if stands.moved else ""
    for rung in ladders.of_body(owed.period, stands.due):
        if span.holds(rung.at) and not _opened(ladders, owed.period, rung, stands.since):
            yield Notice(rung.at, *about, rung.step, rung.to, stands.due, again, stands.handed)
    for event in stands.snoozes:
        at = dt.datetime.fromisoformat(event.data["until"]).astimezone(ZONE)
        if span.holds(at):
            yield Notice(at, *about, AGAIN, (), stands.due, f"-{event.id}", event.actor)
    for event in stands.nudges:
        at = ladders.allowed(event.at.astimezone(ZONE))
        if span.holds(at) and (stands.since is None or event.at > stands.since):
            yield Notice(at, *about, NUDGE, ("focal",), stands.due, f"-{event.id}", stands.handed)


def _opened(ladders: Ladders, period: Period, rung: Rung, since: dt.datetime | None) -> bool:
    """Tell whether a rung opens what was open before its day was moved: nobody is told twice."""
    first = ladders.of_body(period, period.due.day)[0]
    return since is not None and rung.step == first.step == OPENED and first.at <= since


def _to_coordinator(
    ladders: Ladders, period: Period, stands: Sequence[Standing], log: Log, span: Span
) -> Iterator[Notice]:
    """Tell the coordinator of a period: of missing reports only while some are missing."""
    due = due_of(period, log)
    missing = any(not stand.done for stand in stands)
    again = f"@{due}" if due != period.due.day else ""
    for rung in ladders.of_coordinator(period, due):
        to_province = rung.step in ladders.of_province
        if span.holds(rung.at) and (missing or to_province):
            told = period.province.day if to_province and period.province else due
            yield Notice(rung.at, period, COORDINATOR_AGENCY, rung.step, rung.to, told, again)
