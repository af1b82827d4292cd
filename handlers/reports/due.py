"""Which reports are due when, and who owes each: pure, from the content alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from content.catalogue import Translator
from content.model import Agency, Both
from content.reports import Due, Profile, Report, Reports, Shift, Window
from content.whole import Content
from handlers.reports.working_days import WorkingDays


@dataclass(frozen=True)
class DueDay:
    """A due day: the date a rule names, the day it falls on, and where the rule comes from."""

    base: dt.date
    day: dt.date
    source: str
    confirm: bool


@dataclass(frozen=True)
class Period:
    """One report of one year: its window, its days, and whether anybody is reminded of it."""

    report: str
    year: int
    name: Both
    due: DueDay
    province: DueDay | None
    window: tuple[dt.date, dt.date] | None
    window_source: str
    remind: bool
    opened: dt.datetime | None = None
    """When the coordinator opened it, for a report without a day of its own."""

    @property
    def key(self) -> str:
        """Name the period as queued messages do, such as `quy-1/2026`."""
        return f"{self.report}/{self.year}"


@dataclass(frozen=True)
class Obligation:
    """What one body owes: a period's report."""

    period: Period
    agency: str

    @property
    def key(self) -> str:
        """Name the obligation as queued messages do, such as `quy-1/2026:so-tu-phap`."""
        return f"{self.period.key}:{self.agency}"


def obligations(content: Content, first: dt.date, last: dt.date) -> list[Obligation]:
    """Give what is due from `first` to `last` (both inclusive), by day, report and body."""
    return [
        Obligation(period, agency.id)
        for period in periods(content, first, last)
        for agency in reporting(content, period.due.day)
    ]


def reporting(content: Content, day: dt.date) -> list[Agency]:
    """Give the bodies that have to report on a day: those that exist then."""
    return [
        agency
        for agency in content.agencies.values()
        if agency.role == "reporting" and _holds(agency.valid_from, day, agency.valid_to)
    ]


def periods(content: Content, first: dt.date, last: dt.date) -> list[Period]:
    """Give the periods whose due day lies from `first` to `last`, by day."""
    days = working_days(content)
    found = [
        period
        for profile in content.reports.profiles.values()
        for year in range(first.year - 1, last.year + 2)
        for report in profile.reports
        for period in _of_year(report, profile, year, content.reports, days)
        if first <= period.due.day <= last
        if _holds(profile.valid_from, period.due.day, profile.valid_to)
    ]
    return sorted(found, key=lambda period: period.due.day)


def names(content: Content) -> set[str]:
    """Give the names of all reports that have a day in the content."""
    profiles = content.reports.profiles.values()
    return {name for profile in profiles for report in profile.reports for name, _ in _dues(report)}


def of_year(content: Content, year: int) -> list[Obligation]:
    """Give what is owed for a year's reports."""
    around = obligations(content, dt.date(year - 1, 12, 1), dt.date(year + 1, 1, 31))
    return [owed for owed in around if owed.period.year == year]


def working_days(content: Content) -> WorkingDays:
    """Give the content's calendar; made once for each calendar."""
    special = content.reports.calendar
    if special not in _CALENDARS:
        _CALENDARS.clear()
        _CALENDARS[special] = WorkingDays(special)
    return _CALENDARS[special]


_CALENDARS: dict[object, WorkingDays] = {}


def _of_year(
    report: Report, profile: Profile, year: int, reports: Reports, days: WorkingDays
) -> Iterator[Period]:
    shift = reports.day_rules.when_due_is_day_off
    for name, due in _dues(report):
        day = _due_day(due, year, shift, days)
        if day is None:
            continue
        window = report.window
        yield Period(
            report=name,
            year=year,
            name=report.name,
            due=day,
            province=_due_day(report.province_due, year, shift, days),
            window=_window(window, year) if window else None,
            window_source=window.source if window else "",
            remind=profile.remind,
        )


def _dues(report: Report) -> Iterable[tuple[str, Due]]:
    """Give a report's due day, or each of several in a year under a name of its own."""
    each = report.agency_due_each
    if not each:
        return [(report.id, report.agency_due)]
    same = report.agency_due
    return [
        (
            f"{report.id}-{number}",
            Due(date=date, year=same.year, source=same.source, confirm=same.confirm),
        )
        for number, date in enumerate(each, 1)
    ]


def _due_day(due: Due, year: int, shift: Shift, days: WorkingDays) -> DueDay | None:
    if due.date is None:
        return None
    base = due.date.of(year + due.year)
    return DueDay(base, days.shifted(base, shift), due.source, due.confirm)


def _window(window: Window, year: int) -> tuple[dt.date, dt.date]:
    return window.from_.of(year + window.from_year), window.to.of(year + window.to_year)


def _holds(since: dt.date | None, day: dt.date, until: dt.date | None) -> bool:
    return (since is None or since <= day) and (until is None or day <= until)


def why(due: DueDay, content: Content, t: Translator) -> str:
    """Explain a due day: what the rule names, why it moved, where the rule comes from."""
    origin = content.reports.sources.get(due.source)
    parts = [t("The rule names {date}.", date=_named(due.base, t))]
    if due.day != due.base:
        reason = working_days(content).why_off(due.base, t)
        later = due.day > due.base
        moved = t("the next working day") if later else t("the working day before")
        parts.append(
            t(
                "That is {reason}, so it is {moved}: {date}.",
                reason=reason,
                moved=moved,
                date=_named(due.day, t),
            )
        )
    if origin:
        parts.append(t("Source: {source}.", source=origin.doc))
    if due.confirm:
        parts.append(t("To be confirmed by Sở Nội vụ."))
    return " ".join(parts)


def _named(day: dt.date, t: Translator) -> str:
    return t.full_date(day)
