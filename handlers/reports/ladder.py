"""The ladder of notices of one report: which step goes when, to whom. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from content.reports import Step
from content.whole import Content
from handlers.context import ZONE
from handlers.reports.due import Period, working_days

COORDINATOR_AGENCY = "so-noi-vu"
"""The body whose coordinator gets what goes to Sở Nội vụ."""
RECIPIENTS = {"tre-1": ("focal", "deputy"), "tre-3": ("focal", "deputy", "head")}
"""Who gets the steps that reach further than the focal person."""
OPENED = "mo-ky"
"""The step that tells of a report opened by hand, at the moment it is opened."""
Clock = tuple[int, int]


class Rung(NamedTuple):
    """One step of the ladder: the moment (in the province), its name, and the roles it goes to."""

    at: dt.datetime
    step: str
    to: tuple[str, ...]


class Ladders:
    """Works out ladders, each once: it is the same for all bodies with one due day."""

    def __init__(self, content: Content) -> None:
        self.rules = content.reports.reminders
        self.days = working_days(content)
        self.quiet = _clock(self.rules.quiet_hours.from_), _clock(self.rules.quiet_hours.to)
        steps = self.rules.to_so_noi_vu
        self.of_province = {s.id for s in steps if s.before_province_due is not None}
        """Steps that speak of the province's own day."""
        self.known: dict[tuple[Period, dt.date, bool], tuple[Rung, ...]] = {}

    def of_body(self, period: Period, due: dt.date) -> tuple[Rung, ...]:
        """Give a body's ladder for a due day (the period's, or the one it was given)."""
        return self._known(period, due, coordinator=False)

    def of_coordinator(self, period: Period, due: dt.date) -> tuple[Rung, ...]:
        """Give what the coordinator is told of a period."""
        return self._known(period, due, coordinator=True)

    def _known(self, period: Period, due: dt.date, *, coordinator: bool) -> tuple[Rung, ...]:
        key = period, due, coordinator
        if key not in self.known:
            steps = self._to_coordinator() if coordinator else self._to_body()
            self.known[key] = _merged(self._rungs(period, due, steps))
        return self.known[key]

    def _to_body(self) -> Iterator[tuple[Step, tuple[str, ...]]]:
        for step in (*self.rules.to_agency, *self.rules.overdue_to_agency):
            yield step, RECIPIENTS.get(step.id, ("focal",))

    def _to_coordinator(self) -> Iterator[tuple[Step, tuple[str, ...]]]:
        for step in self.rules.to_so_noi_vu:
            yield step, ("coordinator",)

    def _rungs(
        self, period: Period, due: dt.date, steps: Iterable[tuple[Step, tuple[str, ...]]]
    ) -> Iterator[Rung]:
        for step, to in steps:
            opened = period.opened if step.id == OPENED else None
            day = self._day(step, period, due)
            if opened:
                yield Rung(self.allowed(opened.astimezone(ZONE)), step.id, to)
            elif day is not None:
                at = self.allowed(_moment(day, _clock(step.at)))
                if period.opened is None or at > period.opened:
                    yield Rung(at, step.id, to)

    def _day(self, step: Step, period: Period, due: dt.date) -> dt.date | None:
        """Give the day of a step; None where the period has not what it counts from."""
        if step.when == "window_to":
            end = period.window[1] if period.window else None
            return self.days.shifted(end, step.if_day_off) if end else None
        if step.before_province_due is not None:
            province = period.province
            return self._count(province.day, -step.before_province_due, step) if province else None
        if step.before_due is not None:
            return self._count(due, -step.before_due, step)
        return self._count(due, step.after_due or 0, step)

    def _count(self, day: dt.date, count: int, step: Step) -> dt.date:
        if step.unit == "calendar_day":
            return day + dt.timedelta(days=count)
        return self.days.add(day, count)

    def allowed(self, at: dt.datetime) -> dt.datetime:
        """Move a moment out of days off (same hour) and quiet hours (to their end)."""
        while True:
            day = self.days.next(at.date()) if self.rules.send_only_on_working_days else at.date()
            hour = (at.hour, at.minute)
            begin, end = self.quiet
            if hour >= begin:
                at = _moment(day + dt.timedelta(days=1), end)
            elif hour < end:
                at = _moment(day, end)
            elif day != at.date():
                at = at.replace(year=day.year, month=day.month, day=day.day)
            else:
                return at


def _merged(rungs: Iterable[Rung]) -> tuple[Rung, ...]:
    """Keep of several steps that fall on one minute the later one, and order them by time."""
    by_minute: dict[dt.datetime, Rung] = {}
    for rung in rungs:
        by_minute[rung.at.replace(second=0, microsecond=0)] = rung
    return tuple(by_minute[at] for at in sorted(by_minute))


def _moment(day: dt.date, clock: Clock) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, *clock, tzinfo=ZONE)


def _clock(text: str) -> Clock:
    hour, minute = text.split(":")
    return int(hour), int(minute)
