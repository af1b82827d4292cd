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
    nobody = " (" + t("no focal person: it goes to the next one up") + ")"
    names = [
        agency_name(line.owed.agency, ctx.content, t) + ("" if line.has_somebody else nobody)
        for line in missing
    ]
    text = together(
        [
            period_name(missing[0].owed.period, t),
            bullets(t("These {count} would be reminded", count=len(names)), names),
            t("In quiet hours and on days off it goes when they end."),
        ]
    )
    return Reply(text, ((Button(t("Yes, remind them"), f"board:nudge-yes:{key}"),),))


async def nudge(key: str, ctx: Context) -> Reply:
    """Set it going: an act for each missing body, which the next tick turns into messages."""
    missing = await _missing(key, ctx)
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
