"""“Remind the missing”: one more reminder to all bodies without a report, after a look at them."""

from __future__ import annotations

from db import report_events
from handlers.answers.pieces import bullets, together
from handlers.board import bodies
from handlers.context import Context
from handlers.message import Button, Reply
from handlers.reports import state as states
from handlers.reports.period_of import Line
from handlers.reports.words import agency_name, period_name


async def preview(key: str, ctx: Context) -> Reply:
    """Show who would be reminded, and ask."""
    missing = await _missing(key, ctx)
    if not missing:
        return Reply(ctx.t("Nobody is missing."))
    t = ctx.t
    reached = [line for line in missing if line.reached]
    alone = [agency_name(x.owed.agency, ctx.content, t) for x in missing if not x.reached]
    told = t("These {count} would be reminded", count=len(reached))
    text = together(
        [
            period_name(missing[0].owed.period, t),
            bullets(told, [_name(line, ctx) for line in reached]) if reached else "",
            bullets(t("Nobody of these {count} can be reminded yet", count=len(alone)), alone)
            if alone
            else "",
            t("In quiet hours and on days off it goes when they end.") if reached else "",
        ]
    )
    yes = Button(t("Yes, remind them"), f"board:nudge-yes:{key}")
    back = Button(t("Back"), f"board:show:{key}")
    return Reply(text, ((yes,), (back,)) if reached else ((back,),))


def _name(line: Line, ctx: Context) -> str:
    t = ctx.t
    name = agency_name(line.owed.agency, ctx.content, t)
    up = t("no focal person: it goes to the next one up")
    return name if line.has_somebody else f"{name} ({up})"


async def nudge(key: str, ctx: Context) -> Reply:
    """Set it going: an act for each missing body, which the next tick turns into messages."""
    missing = [line for line in await _missing(key, ctx) if line.reached]
    for line in missing:
        await report_events.note(
            ctx.conn,
            "nudged",
            report=line.owed.period.report,
            year=line.owed.period.year,
            agency=line.owed.agency,
            actor=ctx.person.id,
            now=ctx.now,
        )
    return Reply(ctx.t("{count} bodies are being reminded.", count=len(missing)))


async def _missing(key: str, ctx: Context) -> list[Line]:
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    return [line for line in await bodies(key, state, ctx) if not line.stands.done]
