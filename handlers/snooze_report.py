"""“Remind me later”: one more reminder for this person, at a time they choose."""

from __future__ import annotations

import datetime as dt

from handlers.answers.pieces import together
from handlers.context import ZONE, Context
from handlers.message import Button, Reply
from handlers.reports.ladder import Ladders
from handlers.reports.mine import Mine, note

AFTERNOON, MORNING = 14, 8
"""Hours of the province offered for later today and for tomorrow."""


async def choose_time(mine: Mine, ctx: Context) -> Reply:
    """Offer a few times."""
    rows = tuple(
        (Button(_label(at, ctx), f"report:later:{name}:{mine.key}"),)
        for name, at in _times(ctx).items()
    )
    return Reply(together([mine.title(ctx), ctx.t("When shall I remind you again?")]), rows)


async def snooze(name: str, mine: Mine, ctx: Context) -> Reply:
    """Note the time chosen (`report:later:<which>:<key>`)."""
    at = _times(ctx).get(name)
    if at is None:
        return ctx.old_button()
    await note("snoozed", mine, ctx, until=at.isoformat())
    return Reply(ctx.t("I will remind you on {when}.", when=_label(at, ctx)))


def _times(ctx: Context) -> dict[str, dt.datetime]:
    """Give the times there are now: none of them in quiet hours or on a day off."""
    ladders = Ladders(ctx.content)
    now = ctx.now.astimezone(ZONE)
    day = dt.timedelta(days=1)
    times = {
        "hour": now + dt.timedelta(hours=1),
        "afternoon": _at(now, AFTERNOON),
        "morning": _at(now + day, MORNING),
        "week": _at(now + 7 * day, MORNING),
    }
    names: dict[dt.datetime, str] = {}
    for name, at in times.items():
        if at > now:
            names.setdefault(ladders.allowed(at), name)
    return {name: at for at, name in names.items()}


def _at(day: dt.datetime, hour: int) -> dt.datetime:
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def _label(at: dt.datetime, ctx: Context) -> str:
    return f"{at:%H:%M} {ctx.t.full_date(at.date())}"
