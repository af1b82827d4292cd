"""The shapes of reports.yaml: which reports, due when, and how people are reminded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from content.model import Both, Slug, Strict, Words

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-4]):[0-5]\d$")]
Shift = Literal["next_working_day", "previous_working_day"]
Unit = Literal["calendar_day", "working_day"]
LEAP_YEAR = 2024


class MonthDay(Strict):
    """A day of every year, written MM-DD; 29 February is refused: most years have none."""

    month: int
    day: int

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            read = dt.datetime.strptime(f"{LEAP_YEAR}-{value}", "%Y-%m-%d")  # noqa: DTZ007
        except ValueError as error:
            raise ValueError(f"“{value}” is not a day such as 03-16") from error
        if (read.month, read.day) == (2, 29):
            raise ValueError("29 February does not come every year")
        return {"month": read.month, "day": read.day}

    def of(self, year: int) -> dt.date:
        """Give the day in a year."""
        return dt.date(year, self.month, self.day)


class Window(Strict):
    """The days whose figures a report holds, counted from the report's year."""

    from_: MonthDay = Field(alias="from")
    from_year: int
    to: MonthDay
    to_year: int
    source: Slug
    confirm: bool


class Due(Strict):
    """A day on which something is due; no date where none was found."""

    date: MonthDay | None
    year: int
    source: Slug
    confirm: bool


class Report(Strict):
    """A report every reporting body owes in each year."""

    id: Slug
    name: Both
    note: str = ""
    period: Literal["quarter", "half-year", "year"]
    plan_sections: tuple[Words, ...] = ()
    window: Window | None
    agency_due_each: tuple[MonthDay, ...] = ()
    agency_due: Due
    province_due: Due

    @property
    def ref(self) -> str:
        """The reference an answer cites."""
        return f"report:{self.id}"

    @property
    def source_keys(self) -> tuple[str, ...]:
        """The keys of the sources its dates rest on."""
        keys = [self.window.source] if self.window else []
        return tuple(dict.fromkeys([*keys, self.agency_due.source, self.province_due.source]))


class Profile(Strict):
    """The reports of a time, with the days between which they were or are owed."""

    title: Words
    remind: bool
    valid_from: dt.date
    valid_to: dt.date | None
    note: str = ""
    reports: tuple[Report, ...]


class AdHoc(Strict):
    """A kind of report that has no day of its own: the coordinator opens it."""

    id: Slug
    name: Both
    plan_sections: tuple[Words, ...] = ()
    source: Slug
    confirm: bool


class DayRules(Strict):
    """What happens to a due day that is a day off, and how much room figures need."""

    when_due_is_day_off: Shift
    day_off_rule_source: Slug
    internal_target_when_day_off: Shift
    due_time: Clock
    legal_end_of_day: Clock
    min_working_days_after_cutoff: int
    min_working_days_source: Slug
    confirm: bool


class QuietHours(Strict):
    """From when until when nobody is written to."""

    from_: Clock = Field(alias="from")
    to: Clock


class Step(Strict):
    """One notice: when it goes, counted from the due day, the window or the province's day."""

    id: Slug
    at: Clock
    before_due: int | None = None
    after_due: int | None = None
    before_province_due: int | None = None
    when: Literal["window_to"] | None = None
    unit: Unit = "working_day"
    if_day_off: Shift = "next_working_day"

    @model_validator(mode="after")
    def _one_anchor(self) -> Step:
        told = (self.before_due, self.after_due, self.before_province_due, self.when)
        if sum(anchor is not None for anchor in told) != 1:
            raise ValueError(
                f"step “{self.id}” needs one of before_due, after_due, before_province_due, when"
            )
        return self


class Reminders(Strict):
    """The ladder of notices, and when nobody is written to."""

    source: Slug
    confirm: bool
    quiet_hours: QuietHours
    send_only_on_working_days: bool
    to_agency: tuple[Step, ...]
    to_so_noi_vu: tuple[Step, ...]
    overdue_to_agency: tuple[Step, ...]
    stop_when: Literal["received"]


class SpecialDay(Strict):
    """A day off, or a day worked, that the general calendar does not know."""

    date: dt.date
    reason: Words
    source: Words
    confirm: bool


class Calendar(Strict):
    """Days that win over the general calendar."""

    days_off: tuple[SpecialDay, ...] = ()
    days_worked: tuple[SpecialDay, ...] = ()

    @model_validator(mode="after")
    def _not_both(self) -> Calendar:
        both = {day.date for day in self.days_off} & {day.date for day in self.days_worked}
        if both:
            raise ValueError(f"{min(both)} cannot be both off and worked")
        return self


class Disabled(Strict):
    """A report that is not asked for, and why."""

    id: Slug
    reason: Words


class Origin(Strict):
    """A document dates rest on."""

    doc: Words
    url: str | None
    seen: bool
    also: str | None = None


class Reports(Strict):
    """All of reports.yaml."""

    checked: dt.date
    review_by: dt.date
    owner: Slug
    day_rules: DayRules
    profiles: dict[Slug, Profile]
    ad_hoc: tuple[AdHoc, ...]
    reminders: Reminders
    calendar: Calendar
    disabled: tuple[Disabled, ...]
    sources: dict[Slug, Origin]

    @property
    def every(self) -> tuple[Report, ...]:
        """Give the reports of all times."""
        return tuple(r for profile in self.profiles.values() for r in profile.reports)

    @model_validator(mode="after")
    def _known(self) -> Reports:
        for key in self._keys():
            if key not in self.sources:
                raise ValueError(f"source “{key}” is named but not listed under sources")
        for what, named in self._names():
            if len(set(named)) != len(named):
                raise ValueError(f"a {what} is named twice")
        return self

    def _keys(self) -> Iterator[str]:
        yield from (key for report in self.every for key in report.source_keys)
        yield from (kind.source for kind in self.ad_hoc)
        rules = self.day_rules
        yield from (rules.day_off_rule_source, rules.min_working_days_source)
        yield self.reminders.source

    def _names(self) -> Iterator[tuple[str, list[str]]]:
        yield "report", [*(r.id for r in self.every), *(kind.id for kind in self.ad_hoc)]
        ladder = self.reminders
        steps = (*ladder.to_agency, *ladder.overdue_to_agency, *ladder.to_so_noi_vu)
        yield "step", [step.id for step in steps]
