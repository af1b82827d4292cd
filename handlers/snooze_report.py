"""“Remind me later”: one more reminder for this person, at a time they choose."""

from __future__ import annotations

import datetime as dt

from db import dialogs
from db.dialogs import Dialog
from handlers.answers.pieces import together
from handlers.context import ZONE, Context
from handlers.dates import read_clock, read_day
from handlers.message import Button, Reply, Request
from handlers.my_reports import card
from handlers.reports.asked_day import unreadable
from handlers.reports.ladder import Ladders
from handlers.reports.mine import Mine, find, note

FORM = "snooze"
LONGEST = dt.timedelta(days=60)
"""The furthest time somebody can be reminded at."""
AFTERNOON, MORNING = 14, 8
"""Hours of the province offered for later today and for tomorrow."""


async def choose_time(mine: Mine, ctx: Context) -> Reply:
    """Offer a few times."""
    rows = tuple(
        (Button(_label(at, ctx), f"report:later:{name}:{mine.key}"),)
        for name, at in _times(ctx).items()
    )
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, "when", {"key": mine.key}), now=ctx.now)
    ask = ctx.t("When shall I remind you again? Press a time, or type one, such as “thứ sáu 14h”.")
    return Reply(together([mine.title(ctx), ask]), rows)


async def go_on(request: Request, ctx: Context, dialog: Dialog) -> Reply:
    """Take the day, and the hour if one is told, that somebody typed."""
    mine = await find(str(dialog.data["key"]), ctx)
    if isinstance(mine, Reply) or mine.stands.done:
        await dialogs.end(ctx.conn, ctx.person)
        return mine if isinstance(mine, Reply) else card(mine, ctx)
    t = ctx.t
    day = read_day(request.text, ctx.today)
    if day is None:
        return unreadable(ctx)
    clock = read_clock(request.text) or dt.time(MORNING)
    typed = dt.datetime.combine(day, clock, tzinfo=ZONE)
    if not ctx.now < typed <= ctx.now + LONGEST:
        last = t.date(ctx.today + LONGEST)
        when = _label(typed, ctx)
        return Reply(
            t("The time must lie ahead, and by {last}; I read {when}.", last=last, when=when)
        )
    return await _keep(Ladders(ctx.content).allowed(typed), mine, ctx)


async def snooze(name: str, mine: Mine, ctx: Context) -> Reply:
    """Note the time chosen (`report:later:<which>:<key>`)."""
    at = _times(ctx).get(name)
    if at is None:
        return ctx.old_button()
    return await _keep(at, mine, ctx)


async def _keep(at: dt.datetime, mine: Mine, ctx: Context) -> Reply:
    await dialogs.end(ctx.conn, ctx.person)
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
