"""The day somebody types for a report: read, moved to a worked day, and said in full."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from handlers.context import Context
from handlers.dates import read_day
from handlers.message import Reply, Rows
from handlers.reports.due import working_days


class AskedDay(NamedTuple):
    """A worked day, and why it is not the one that was typed ("" where it is)."""

    day: dt.date
    moved: str


def asked_day(text: str, ctx: Context) -> AskedDay | None:
    """Read a day; None where the words mean none for certain."""
    typed = read_day(text, ctx.today)
    if typed is None:
        return None
    days = working_days(ctx.content)
    day = days.next(typed)
    if day == typed:
        return AskedDay(day, "")
    reason = days.why_off(typed, ctx.t)
    moved = ctx.t(
        "{date} is {reason}, so the next working day counts.",
        date=ctx.t.date(typed),
        reason=reason,
    )
    return AskedDay(day, moved)


def unreadable(ctx: Context, rows: Rows = ()) -> Reply:
    """Say that no day was understood, and how one is written."""
    text = ctx.t(
        "I cannot tell which day these words mean. Please write it like 20/3/2027, “thứ sáu tuần "
        "sau” or “cuối tháng”. /huy ends this."
    )
    return Reply(text, rows)
