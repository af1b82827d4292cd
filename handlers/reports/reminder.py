"""Words a reminder: one report with what can be done about it, or a digest of several. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from content.catalogue import Translator
from content.whole import Content
from handlers.answers.pieces import bullets, together
from handlers.message import Button, Rows
from handlers.reports.letters import Mail, is_to_coordinator
from handlers.reports.notices import Notice
from handlers.reports.state import State
from handlers.reports.words import agency_name, period_name, short_name, step_name

MOST_NAMED = 40
"""Missing bodies named in one message; the board has them all."""


def reminder(mail: Mail, state: State, content: Content, t: Translator) -> tuple[str, Rows]:
    """Word a message that stands for some notices; gives its text and buttons."""
    notice = mail.notices[0]
    if len(mail.notices) > 1 or notice.agency in mail.without:
        return _digest(mail, content, t)
    if is_to_coordinator(notice):
        return _to_coordinator(notice, state, content, t)
    return _to_body(notice, content, t)


def choices(key: str, t: Translator) -> Rows:
    """Give what somebody can do about a report that is not sent yet."""
    return (
        (
            Button(t("Submitted"), f"report:submit:{key}"),
            Button(t("Ask for more time"), f"report:extend:{key}"),
        ),
        (
            Button(t("Hand over"), f"report:hand:{key}"),
            Button(t("Remind me later"), f"report:snooze:{key}"),
        ),
    )


def _to_body(notice: Notice, content: Content, t: Translator) -> tuple[str, Rows]:
    clock = content.reports.day_rules.due_time
    unsure = notice.period.due.confirm and notice.due == notice.period.due.day
    lines = [
        f"⏰ {period_name(notice.period, t)}",
        agency_name(notice.agency, content, t),
        _line(notice, t) + ".",
        t("Due by {clock} on {date}.", clock=clock, date=_day(notice, t)),
        t("This day is a default; Sở Nội vụ still has to confirm it.") if unsure else "",
    ]
    text = "\n".join(line for line in lines if line)
    return text, choices(f"{notice.period.key}:{notice.agency}", t)


def _to_coordinator(
    notice: Notice, state: State, content: Content, t: Translator
) -> tuple[str, Rows]:
    stands = [(owed, state.standing(owed)) for owed in state.of_period(notice.period.key)]
    missing = [
        _name(owed.agency, stand.due, notice.due, content, t)
        for owed, stand in stands
        if not stand.done
    ]
    more = len(missing) - MOST_NAMED
    named = [*missing[:MOST_NAMED], *([t("and {count} more", count=more)] if more > 0 else [])]
    text = together(
        [
            f"⏰ {period_name(notice.period, t)}\n{_line(notice, t)}.",
            t("Due on {date}.", date=_day(notice, t)),
            bullets(t("Not sent yet ({count})", count=len(missing)), named) if missing else "",
        ]
    )
    key = notice.period.key
    rows = [Button(t("Open the board"), f"board:show:{key}")]
    if missing:
        rows.append(Button(t("Remind all of them"), f"board:nudge:{key}"))
    return text, tuple((button,) for button in rows)


def _name(agency: str, due: dt.date, common: dt.date, content: Content, t: Translator) -> str:
    """Name a body, with its own day where that is a later one."""
    name = agency_name(agency, content, t)
    later = t("has time until {date}", date=t.date(due))
    return f"{name} ({later})" if due > common else name


def _digest(mail: Mail, content: Content, t: Translator) -> tuple[str, Rows]:
    own = [notice for notice in mail.notices if notice.agency not in mail.without]
    lines = [
        f"{period_name(notice.period, t)} – {agency_name(notice.agency, content, t)}: "
        f"{_line(notice, t, small=True)} ({_day(notice, t)})"
        for notice in own
    ]
    others: defaultdict[str, list[str]] = defaultdict(list)
    for notice in mail.notices:
        if notice.agency in mail.without:
            about = f"⏰ {period_name(notice.period, t)}: {_line(notice, t, small=True)}"
            others[f"{about} ({_day(notice, t)})"].append(agency_name(notice.agency, content, t))
    alone = t("Nobody of these bodies can be reminded yet, so it comes to you")
    parts = [
        bullets(t("⏰ Several reports are due"), lines) if lines else "",
        *(f"{about}\n{bullets(alone, names)}" for about, names in others.items()),
    ]
    return together(parts), _to_each(mail, content, t)


def _to_each(mail: Mail, content: Content, t: Translator) -> Rows:
    """Lead to each report of one's own, and to the board for those of others."""
    buttons: dict[str, str] = {}
    for notice in mail.notices:
        key = notice.period.key
        if is_to_coordinator(notice) or notice.agency in mail.without:
            buttons[f"board:show:{key}"] = short_name(notice.period, "", content, t)
        else:
            own = short_name(notice.period, notice.agency, content, t)
            buttons[f"report:show:{key}:{notice.agency}"] = own
    return tuple((Button(label, action),) for action, label in buttons.items())


def _line(notice: Notice, t: Translator, *, small: bool = False) -> str:
    words = step_name(notice.step, t)
    return words if small else f"{words[:1].upper()}{words[1:]}"


def _day(notice: Notice, t: Translator) -> str:
    return t.full_date(notice.due)
