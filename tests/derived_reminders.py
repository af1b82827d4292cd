"""Derives every report reminder plainly from the deadlines file, to compare a program with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import holidays
import yaml

VIETNAM = timezone(timedelta(hours=7))
ONE_DAY = timedelta(days=1)
SO_NOI_VU = "so-noi-vu"
FOCAL = ["focal"]
OVERDUE_RECIPIENTS = {"tre-1": ["focal", "deputy"], "tre-3": ["focal", "deputy", "head"]}
# How far from its year's first or last day a reminder of a year's report may fall, in years.
YEARS_AROUND = 2


class WorkingDays:
    """The days offices work: the library's, corrected by the file's calendar."""

    def __init__(self, calendar: dict[str, Any], years: range) -> None:
        self.off = _dates(calendar.get("off"))
        self.worked = _dates(calendar.get("worked"))
        # All years at once: the library knows a worked Saturday only of a year it has loaded.
        self.library = holidays.country_holidays("VN", years=years)

    def includes(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        if day in self.off:
            return False
        return day in self.worked or self.library.is_working_day(day)

    def at_or_after(self, day: date) -> date:
        """Give the day itself when it is worked, otherwise the next worked day."""
        while not self.includes(day):
            day += ONE_DAY
        return day

    def at_or_before(self, day: date) -> date:
        """Give the day itself when it is worked, otherwise the worked day before it."""
        while not self.includes(day):
            day -= ONE_DAY
        return day

    def shifted(self, day: date, count: int, unit: str) -> date:
        """Give the day that is so many calendar or working days later (earlier when negative)."""
        if unit == "calendar_day":
            return day + timedelta(days=count)
        step = ONE_DAY if count > 0 else -ONE_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.includes(day)
        return day


@dataclass(frozen=True)
class Rules:
    """What the file says for all reports, with its working days."""

    file: dict[str, Any]
    working: WorkingDays

    @property
    def reminders(self) -> dict[str, Any]:
        """The file's part on reminders."""
        part: dict[str, Any] = self.file["reminders"]
        return part

    def due(self, written: dict[str, Any] | None, year: int) -> date | None:
        """Give a due date of a year's report, moved when it is a day off."""
        if not written or not written.get("date"):
            return None
        day = _day(year + int(written.get("year") or 0), written["date"])
        if self.file["day_rules"]["when_due_is_day_off"] == "previous_working_day":
            return self.working.at_or_before(day)
        return self.working.at_or_after(day)

    def sent(self, day: date, hour: str) -> datetime:
        """Give the minute a notice goes, out of days off and of quiet hours."""
        day = self.working.at_or_after(day)
        wished = time.fromisoformat(hour)
        begins = time.fromisoformat(self.reminders["quiet_hours"]["from"])
        ends = time.fromisoformat(self.reminders["quiet_hours"]["to"])
        over_midnight = begins > ends
        if over_midnight and wished >= begins:
            return _moment(self.working.at_or_after(day + ONE_DAY), ends)
        if wished < ends and (over_midnight or wished >= begins):
            return _moment(day, ends)
        return _moment(day, wished)


@dataclass(frozen=True)
class Report:
    """One report of one year, with its due dates (moved) and the last day of its window."""

    place: int
    id: str
    year: int
    due: date
    province_due: date | None
    window_to: date | None


@dataclass(frozen=True)
class Notice:
    """One reminder; rank is the place of its receiver among those of the same minute."""

    at: datetime
    report: Report
    rank: int
    agency: str
    step: str
    to: list[str]
    due: date

    def line(self) -> dict[str, Any]:
        """Write the notice in the form in which it is compared."""
        return {
            "at": self.at.isoformat(),
            "report": self.report.id,
            "year": self.report.year,
            "agency": self.agency,
            "step": self.step,
            "to": list(self.to),
            "due": self.due.isoformat(),
        }


def derive(path: str | Path, first: date, last: date) -> list[dict[str, Any]]:
    """Give every reminder that goes from the first to the last day, both included, in order."""
    file = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    years = range(first.year - YEARS_AROUND, last.year + YEARS_AROUND + 1)
    loaded = range(years.start - 1, years.stop + 1)
    rules = Rules(file, WorkingDays(file.get("calendar") or {}, loaded))
    notices = [
        notice
        for year in years
        for report in _reports(rules, year)
        for notice in _notices(rules, report)
        if first <= notice.at.date() <= last
    ]
    notices.sort(key=lambda notice: (notice.at, notice.report.place, notice.rank))
    return [notice.line() for notice in notices]


def _reports(rules: Rules, year: int) -> Iterator[Report]:
    """Give the reports of a year from which reminders come, in the order of the file."""
    written = [
        (profile, report)
        for profile in rules.file["profiles"].values()
        for report in profile["reports"]
    ]
    for place, (profile, report) in enumerate(written):
        due = rules.due(report["agency_due"], year)
        if due is None or profile.get("remind") is False:
            continue
        if _within(due, profile.get("valid_from"), profile.get("valid_to")):
            province_due = rules.due(report.get("province_due"), year)
            window_to = _window_to(report.get("window"), year)
            yield Report(place, report["id"], year, due, province_due, window_to)


def _notices(rules: Rules, report: Report) -> Iterator[Notice]:
    """Give the notices of a report to those who must send it and to the Sở Nội vụ."""
    bodies = rules.file.get("bodies") or []
    somebody = False
    for rank, body in enumerate(bodies):
        if _within(report.due, body.get("from"), body.get("to")):
            somebody = True
            yield from _to_agency(rules, report, rank, body["id"])
    if somebody:
        yield from _to_so_noi_vu(rules, report, len(bodies))


def _to_agency(rules: Rules, report: Report, rank: int, agency: str) -> list[Notice]:
    """Give the notices of a report to one body, which never sends it."""
    steps = [*rules.reminders["to_agency"], *rules.reminders["overdue_to_agency"]]
    notices = []
    for step in steps:
        day = _day_of_step(rules, report, step)
        if day is not None:
            at = rules.sent(day, step["at"])
            to = OVERDUE_RECIPIENTS.get(step["id"], FOCAL)
            notices.append(Notice(at, report, rank, agency, step["id"], to, report.due))
    return _one_a_minute(notices)


def _to_so_noi_vu(rules: Rules, report: Report, rank: int) -> list[Notice]:
    """Give the notices of a report to the Sở Nội vụ."""
    notices = []
    for step in rules.reminders["to_so_noi_vu"]:
        day = _day_of_step(rules, report, step)
        due = report.province_due if "before_province_due" in step else report.due
        if day is not None and due is not None:
            at = rules.sent(day, step["at"])
            notices.append(Notice(at, report, rank, SO_NOI_VU, step["id"], ["coordinator"], due))
    return _one_a_minute(notices)


def _day_of_step(rules: Rules, report: Report, step: dict[str, Any]) -> date | None:
    """Give the day a step names, before it is moved out of days off."""
    if step.get("when") == "window_to":
        return report.window_to
    shifted, unit = rules.working.shifted, step["unit"]
    if "after_due" in step:
        return shifted(report.due, step["after_due"], unit)
    if "before_due" in step:
        return shifted(report.due, -step["before_due"], unit)
    if report.province_due is None:
        return None
    return shifted(report.province_due, -step["before_province_due"], unit)


def _one_a_minute(notices: list[Notice]) -> list[Notice]:
    """Keep the last listed of the notices of one minute."""
    return list({notice.at: notice for notice in notices}.values())


def _window_to(window: dict[str, Any] | None, year: int) -> date | None:
    """Give the last day of a report's window."""
    return _day(year + int(window.get("to_year") or 0), window["to"]) if window else None


def _within(day: date, begins: str | None, ends: str | None) -> bool:
    """Tell whether a day lies between two written dates, both included; null is open."""
    written = day.isoformat()
    return (begins is None or begins <= written) and (ends is None or written <= ends)


def _dates(rows: list[dict[str, Any]] | None) -> set[date]:
    """Give the days of a list of the calendar."""
    return {date.fromisoformat(row["date"]) for row in rows or []}


def _day(year: int, month_and_day: str) -> date:
    """Give the day written MM-DD in a year."""
    return date.fromisoformat(f"{year:04d}-{month_and_day}")


def _moment(day: date, hour: time) -> datetime:
    """Give a minute in Vietnam."""
    return datetime.combine(day, hour, VIETNAM)
