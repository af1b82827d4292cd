"""Words a reminder: one report with what can be done about it, or a digest of several. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from content.catalogue import Translator
from content.load import Content
from handlers.answers.pieces import bullets, together
from handlers.message import Button, Rows
from handlers.reports.letters import is_to_coordinator
from handlers.reports.notices import Notice
from handlers.reports.state import State
from handlers.reports.words import agency_name, period_name, short_name, step_name

MOST_NAMED = 40
"""Missing bodies named in one message; the board has them all."""


def reminder(
    notices: Sequence[Notice], state: State, content: Content, t: Translator
) -> tuple[str, Rows]:
    """Word a message that stands for some notices; gives its text and buttons."""
    if len(notices) > 1:
        return _digest(notices, content, t)
    notice = notices[0]
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
    missing = [
        agency_name(owed.agency, content, t)
        for owed in state.of_period(notice.period.key)
        if not state.standing(owed).done
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


def _digest(notices: Sequence[Notice], content: Content, t: Translator) -> tuple[str, Rows]:
    lines = [
        f"{period_name(notice.period, t)} – {agency_name(notice.agency, content, t)}: "
        f"{_line(notice, t, small=True)} ({_day(notice, t)})"
        for notice in notices
    ]
    rows = [
        (
            Button(
                short_name(notice.period, notice.agency, content, t),
                f"board:show:{notice.period.key}"
                if is_to_coordinator(notice)
                else f"report:show:{notice.period.key}:{notice.agency}",
            ),
        )
        for notice in notices
    ]
    text = bullets(t("⏰ Several reports are due"), lines)
    return text, tuple(rows)


def _line(notice: Notice, t: Translator, *, small: bool = False) -> str:
    words = step_name(notice.step, t)
    return words if small else f"{words[:1].upper()}{words[1:]}"


def _day(notice: Notice, t: Translator) -> str:
    return t.full_date(notice.due)
