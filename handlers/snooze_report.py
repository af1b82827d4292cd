"""“Remind me later”: one more reminder for this person, at a time they choose."""

from __future__ import annotations

import datetime as dt

from handlers.answers.pieces import together
from handlers.context import ZONE, Context
from handlers.message import Button, Reply
from handlers.my_reports import card
from handlers.reports.ladder import Ladders
from handlers.reports.mine import find, note

AFTERNOON, MORNING = 14, 8
"""Hours of the province offered for later today and for tomorrow."""


async def choose_time(key: str, ctx: Context) -> Reply:
    """Offer a few times."""
    mine = await find(key, ctx)
    if isinstance(mine, Reply):
        return mine
    if mine.stands.done:
        return card(mine, ctx)
    rows = tuple(
        (Button(_label(at, ctx), f"report:later:{name}:{key}"),) for name, at in _times(ctx).items()
    )
    return Reply(together([mine.title(ctx), ctx.t("When shall I remind you again?")]), rows)


async def snooze(told: str, ctx: Context) -> Reply:
    """Note the time chosen (`report:later:<which>:<key>`)."""
    name, _, key = told.partition(":")
    mine = await find(key, ctx)
    if isinstance(mine, Reply):
        return mine
    if mine.stands.done:
        return card(mine, ctx)
    at = _times(ctx).get(name)
    if at is None:
        return ctx.old_button()
    await note("snoozed", mine, ctx, until=at.isoformat())
    return Reply(ctx.t("I will remind you on {when}.", when=_label(at, ctx)))


def _times(ctx: Context) -> dict[str, dt.datetime]:
    """Give the times there are now: none of them in quiet hours or on a day off."""
    ladders = Ladders(ctx.content)
    now = ctx.now.astimezone(ZONE)
    tomorrow = now + dt.timedelta(days=1)
    times = {
        "hour": now + dt.timedelta(hours=1),
        "afternoon": now.replace(hour=AFTERNOON, minute=0, second=0, microsecond=0),
        "morning": tomorrow.replace(hour=MORNING, minute=0, second=0, microsecond=0),
        "week": (now + dt.timedelta(days=7)).replace(
            hour=MORNING, minute=0, second=0, microsecond=0
        ),
    }
    coming = {name: ladders.allowed(at) for name, at in times.items() if at > now}
    seen: set[dt.datetime] = set()
    return {
        name: at
        for name, at in coming.items()
        if not (at in seen or seen.add(at))  # type: ignore[func-returns-value]
    }


def _label(at: dt.datetime, ctx: Context) -> str:
    return f"{at:%H:%M} {ctx.t.weekday(at.date())} {ctx.t.date(at.date())}"
