"""How steps, states and days of reports are called."""

from __future__ import annotations

from content.catalogue import Translator, msg
from content.whole import Content
from handlers.reports.due import Obligation, Period, why
from handlers.reports.notices import AGAIN, NUDGE, Notice

STEPS = {
    "mo-ky": msg("the period is open"),
    "nhac-1": msg("five working days left"),
    "chot-so-lieu": msg("today the figures are closed"),
    "nhac-2": msg("one working day left"),
    "ngay-han": msg("today is the due day"),
    "tre-1": msg("one working day late"),
    "tre-3": msg("three working days late"),
    "danh-sach-chua-gui": msg("bodies that have not sent it by the due hour"),
    "tre-han-1": msg("bodies still missing after one working day"),
    "nhac-han-tinh": msg("the province's own report is due soon"),
    AGAIN: msg("you asked to be told again"),
    NUDGE: msg("Sở Nội vụ asks for it"),
}
"""What each step says in short."""
STATES = {
    "open": msg("not sent yet"),
    "submitted": msg("sent, not looked at yet"),
    "accepted": msg("accepted"),
    "returned": msg("returned"),
}
"""What each state is called."""
UNITS = {
    "calendar_day": msg("calendar days"),
    "working_day": msg("working days"),
}


def step_name(step: str, t: Translator) -> str:
    """Say what a step tells."""
    return t(STEPS[step]) if step in STEPS else step


def period_name(period: Period, t: Translator) -> str:
    """Name a report with its year."""
    return f"{period.name.get(t.lang)} {period.year}"


def agency_name(agency: str, content: Content, t: Translator) -> str:
    """Name a body; its id where it is not in the content any more."""
    found = content.agencies.get(agency)
    return found.name.get(t.lang) if found else agency


def short_name(period: Period, agency: str, content: Content, t: Translator) -> str:
    """Name a report and its body ("" for all of them), short enough for a button."""
    if not agency:
        return f"📋 {period_name(period, t)}"
    body = content.agencies.get(agency)
    return f"{period_name(period, t)} · {(body.abbr if body else '') or agency}"


def why_due(owed: Obligation, content: Content, t: Translator) -> str:
    """Explain an obligation's due day."""
    return why(owed.period.due, content, t)


def why_notice(notice: Notice, content: Content, t: Translator) -> str:
    """Explain a notice: its step, how its moment was counted, and the due day it speaks of."""
    rules = content.reports.reminders
    steps = {s.id: s for s in (*rules.to_agency, *rules.overdue_to_agency, *rules.to_so_noi_vu)}
    step = steps.get(notice.step)
    parts = [_sentence(step_name(notice.step, t))]
    if step and step.when == "window_to":
        parts.append(t("Sent on the last day of the reporting window."))
    elif step:
        before = step.before_due if step.before_due is not None else step.before_province_due
        count = before if before is not None else step.after_due
        how = t("before the due day") if before is not None else t("after the due day")
        parts.append(
            t(
                "Counted {count} {unit} {how} {due}, at {clock}.",
                count=count,
                unit=t(UNITS[step.unit]),
                how=how,
                due=t.date(notice.due),
                clock=step.at,
            )
        )
    province = notice.period.province
    told = province if province and notice.due == province.day else notice.period.due
    parts.append(why(told, content, t))
    return " ".join(parts)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
