"""The board as text: who is in, who is late, who has nobody. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from content.catalogue import Translator
from content.whole import Content
from handlers.answers.pieces import bullets, together
from handlers.reports.due import Period
from handlers.reports.period_of import Line
from handlers.reports.words import agency_name, period_name


def board_text(
    period: Period, due: dt.date, found: Sequence[Line], content: Content, t: Translator
) -> str:
    """Write how all bodies stand in a period; who has nobody is marked where it is named."""
    groups = {
        t("Sent, waiting for a look"): [b for b in found if b.stands.state == "submitted"],
        t("Accepted"): [b for b in found if b.stands.state == "accepted"],
        t("Returned, to be sent again"): [b for b in found if b.group == "returned"],
        t("Late"): [b for b in found if b.group == "late"],
        t("Not sent yet"): [b for b in found if b.group == "missing"],
        t("Asks for more time"): [b for b in found if b.stands.asked and not b.stands.done],
    }
    parts = [
        bullets(f"{name} ({len(lines)})", [_name(b, content, t, due) for b in lines])
        for name, lines in groups.items()
        if lines
    ]
    alone = sum(not line.has_somebody for line in found)
    none = t("Has no focal person")
    return together([head(period, due, found, t), *parts, f"⚠ {none} ({alone})" if alone else ""])


def head(period: Period, due: dt.date, found: Sequence[Line], t: Translator) -> str:
    """Say in two lines how a period stands."""
    done = [line for line in found if line.stands.done]
    late = sum(line.stands.on_time is False for line in done)
    told = t(
        "{done} of {all} have sent it, {late} of them late.",
        done=len(done),
        all=len(found),
        late=late,
    )
    when = t("due on {date}", date=t.date(due))
    return f"📋 {period_name(period, t)}, {when}\n{told}"


def _name(line: Line, content: Content, t: Translator, due: dt.date) -> str:
    name = agency_name(line.owed.agency, content, t)
    told = []
    if line.stands.due != due and not line.stands.done:
        told.append(t("has time until {date}", date=t.date(line.stands.due)))
    if line.stands.done and line.stands.on_time is False:
        told.append(t("late"))
    inside = ", ".join(told)
    mark = "" if line.has_somebody else " ⚠"
    return f"{name} ({inside}){mark}" if inside else f"{name}{mark}"
