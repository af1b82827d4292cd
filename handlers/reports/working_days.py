"""Which days are worked in a Vietnamese public office, and how to count them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import holidays

from content.catalogue import Translator
from content.reports import Calendar, Shift, SpecialDay

ONE_DAY = dt.timedelta(days=1)
WEEKDAYS = 5
"""Public offices work from Monday to Friday (40 hours a week)."""
SATURDAY = 5
YEARS = range(1999, 2102)
"""Years the calendar is asked for: those whose lunar days are held against another computation."""


@dataclass(frozen=True)
class WorkingDays:
    """The calendar: public and lunar holidays of the library, over which special days win."""

    special: Calendar
    known: dict[dt.date, bool] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def off(self) -> Mapping[dt.date, SpecialDay]:
        """Special days off, by date."""
        return {day.date: day for day in self.special.days_off}

    @cached_property
    def worked(self) -> Mapping[dt.date, SpecialDay]:
        """Special days worked, by date."""
        return {day.date: day for day in self.special.days_worked}

    @cached_property
    def public(self) -> holidays.HolidayBase:
        """The library's calendar; it knows past swaps and works out lunar days to come."""
        # Years are read at once: worked Saturdays are known only for years that were.
        return holidays.country_holidays("VN", years=YEARS)

    def works(self, day: dt.date) -> bool:
        """Tell whether offices work on a day."""
        if day not in self.known:
            self.known[day] = self._works(day)
        return self.known[day]

    def _works(self, day: dt.date) -> bool:
        if day in self.off:
            return False
        return day in self.worked or bool(self.public.is_working_day(day))

    def next(self, day: dt.date) -> dt.date:
        """Give the day itself if it is worked, else the first worked day after it."""
        while not self.works(day):
            day += ONE_DAY
        return day

    def previous(self, day: dt.date) -> dt.date:
        """Give the day itself if it is worked, else the last worked day before it."""
        while not self.works(day):
            day -= ONE_DAY
        return day

    def shifted(self, day: dt.date, shift: Shift) -> dt.date:
        """Move a day off as a rule says; a worked day stays."""
        return self.next(day) if shift == "next_working_day" else self.previous(day)

    def add(self, day: dt.date, count: int) -> dt.date:
        """Give the `count`-th worked day after a day (before it where `count` is negative)."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.works(day):
                day += step
        return day

    def between(self, first: dt.date, last: dt.date) -> int:
        """Count the worked days after `first` up to and with `last`."""
        days = range((last - first).days)
        return sum(self.works(first + (number + 1) * ONE_DAY) for number in days)

    def why_off(self, day: dt.date, t: Translator) -> str:
        """Say in words why a day is off."""
        if day in self.off:
            special = self.off[day]
            unsure = t("to be confirmed") if special.confirm else ""
            inside = "; ".join(part for part in (special.source, unsure) if part)
            return f"{special.reason} ({inside})"
        if day.weekday() >= WEEKDAYS and day not in self.public:
            return t("a Saturday") if day.weekday() == SATURDAY else t("a Sunday")
        return t("a public holiday")
