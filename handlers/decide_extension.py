"""The coordinator grants or refuses the more time a body asked for."""

from __future__ import annotations

import datetime as dt

from db.report_events import Event
from handlers.answers.pieces import together
from handlers.context import Context
from handlers.message import Button, Letter, Reply
from handlers.reports import state as states
from handlers.reports.colleagues import holding, letter, speaking
from handlers.reports.mine import AGENCY_STAFF, Mine, note
from handlers.reports.words import agency_name


async def asked(key: str, ctx: Context) -> Reply:
    """Show the oldest request of a period, to be decided on."""
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    for owed in state.of_period(key):
        stands = state.standing(owed)
        if stands.asked and not stands.done:
            return _show(Mine(state, owed, stands), stands.asked, ctx)
    return Reply(ctx.t("No request for more time is open."))


async def grant(number: str, ctx: Context) -> Reply:
    """Give the time asked for, and tell the body."""
    return await _decide(number, ctx, granted=True)


async def refuse(number: str, ctx: Context) -> Reply:
    """Leave the day as it is, and tell the body."""
    return await _decide(number, ctx, granted=False)


async def _decide(number: str, ctx: Context, *, granted: bool) -> Reply:
    found = await _find(number, ctx)
    if isinstance(found, Reply):
        return found
    mine, request = found
    day = dt.date.fromisoformat(request.data["due"])
    if granted:
        event = await note("extended", mine, ctx, due=day.isoformat(), request=request.id)
    else:
        event = await note("extension-refused", mine, ctx, request=request.id)
    letters = await _to_body(event, day, mine, ctx, granted=granted)
    t = ctx.t
    done = (
        t("Granted until {date}: {title}.", date=t.date(day), title=mine.title(ctx))
        if granted
        else t("Refused: {title}.", title=mine.title(ctx))
    )
    return Reply(done, letters=letters)


async def _to_body(
    event: int, day: dt.date, mine: Mine, ctx: Context, *, granted: bool
) -> tuple[Letter, ...]:
    letters = []
    for holder in await holding(ctx, AGENCY_STAFF, mine.owed.agency):
        t = speaking(holder.person)
        told = (
            t("Sở Nội vụ has granted more time, until {date}.", date=t.date(day))
            if granted
            else t(
                "Sở Nội vụ cannot grant more time; it stays due on {date}.",
                date=t.date(mine.stands.due),
            )
        )
        key = f"report:decided:{event}:{holder.person.id}"
        letters.append(letter(holder.person, key, together([mine.title(ctx), told])))
    return tuple(letters)


async def _find(number: str, ctx: Context) -> tuple[Mine, Event] | Reply:
    """Find a request that still waits; a reply where it was decided, overtaken or never made."""
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    for event in state.events:
        if str(event.id) == number and event.kind == "extension-asked":
            owed = state.find(f"{event.report}/{event.year}:{event.agency}")
            stands = state.standing(owed) if owed else None
            if owed and stands and stands.asked == event and not stands.done:
                return Mine(state, owed, stands), event
            return Reply(ctx.t("This request was decided already, or the report was sent."))
    return ctx.old_button()


def _show(mine: Mine, request: Event, ctx: Context) -> Reply:
    t = ctx.t
    text = together(
        [
            t("A body asks for more time"),
            agency_name(mine.owed.agency, ctx.content, t),
            t(
                "From {old} to {new}.",
                old=t.date(mine.stands.due),
                new=t.date(dt.date.fromisoformat(request.data["due"])),
            ),
            t("Reason: {reason}", reason=request.data["reason"]),
        ]
    )
    rows = (
        (
            Button(t("Grant it"), f"board:grant:{request.id}"),
            Button(t("Refuse"), f"board:refuse:{request.id}"),
        ),
    )
    return Reply(text, rows)
