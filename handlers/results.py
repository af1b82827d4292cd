"""/ketqua: what became of the feedback of a month, for everybody, worked out from the log."""

from __future__ import annotations

import datetime as dt
import re

from db import case_log
from handlers.answers.pieces import together
from handlers.cases.desk import clock
from handlers.cases.figures import figures
from handlers.cases.results_picture import results_picture
from handlers.cases.results_words import results
from handlers.cases.story import tell
from handlers.context import ZONE, Context
from handlers.drawing import TYPE
from handlers.message import Button, File, Reply, Request

_MONTH = re.compile(r"(\d{4})-(\d{2})")


async def show_results(request: Request, ctx: Context) -> Reply:
    """Show the last whole month, or the one a button names (`results:<month>[:picture]`)."""
    named, _, how = request.action.partition(":")[2].partition(":")
    month = _read(named) if request.action else _before(ctx.today.replace(day=1))
    if month is None or month > ctx.today:
        return ctx.old_button()
    told = await _figures(month, ctx)
    name, t = f"{month:%m/%Y}", ctx.t
    foot = t(
        "As of {date}. Anybody can recompute these figures from the log.", date=t.date(ctx.today)
    )
    picture = Button(t("As a picture"), f"results:{month:%Y-%m}:picture")
    beside = [Button(f"‹ {_before(month):%m/%Y}", f"results:{_before(month):%Y-%m}")]
    if (after := _after(month)) <= ctx.today:
        beside.append(Button(f"{after:%m/%Y} ›", f"results:{after:%Y-%m}"))
    files: tuple[File, ...] = ()
    if how == "picture":
        files = (File(f"ket-qua-{month:%Y-%m}.png", TYPE, results_picture(name, told, t, foot)),)
    return Reply(together([results(name, told, t), foot]), ((picture,), tuple(beside)), files=files)


async def _figures(month: dt.date, ctx: Context) -> dict[str, object]:
    """Work out the figures of what was received in a month, from its acts alone."""
    begin, end = (dt.datetime.combine(day, dt.time(), ZONE) for day in (month, _after(month)))
    count = clock(ctx)
    stories = [
        story
        async for acts in case_log.steps_of(ctx.conn, begin, end)
        if (story := tell(acts, count))
    ]
    return figures(stories, today=ctx.today, target=ctx.content.feedback.target.share)


def _read(named: str) -> dt.date | None:
    found = _MONTH.fullmatch(named)
    try:
        return dt.date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def _before(month: dt.date) -> dt.date:
    return (month - dt.timedelta(days=1)).replace(day=1)


def _after(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1)
