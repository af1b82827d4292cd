"""“Hand over”: another person of the same body takes the report on."""

from __future__ import annotations

from db.roles import Holder
from handlers.answers.pieces import together
from handlers.context import Context
from handlers.message import Button, Reply
from handlers.reports.colleagues import called, holding, letter, speaking
from handlers.reports.mine import AGENCY_STAFF, Mine, note
from handlers.reports.reminder import choices

MOST = 10
"""Colleagues offered at once."""


async def choose_colleague(mine: Mine, ctx: Context) -> Reply:
    """Offer the colleagues of the same body."""
    others = [h for h in await _staff(mine, ctx) if h.person.id != ctx.person.id]
    if not others:
        text = ctx.t(
            "Nobody else of your body is here yet. Please ask Sở Nội vụ to invite a colleague, or "
            "keep the report."
        )
        return Reply(text, ((Button(ctx.t("Back"), f"report:show:{mine.key}"),),))
    rows = tuple(
        (Button(called(h, ctx.t), f"report:hand-to:{h.person.id}:{mine.key}"),)
        for h in others[:MOST]
    )
    return Reply(together([mine.title(ctx), ctx.t("Who takes it over?")]), rows)


async def hand_over(number: str, mine: Mine, ctx: Context) -> Reply:
    """Hand the report to a colleague (`report:hand-to:<person>:<key>`), and tell them."""
    staff = {str(holder.person.id): holder for holder in await _staff(mine, ctx)}
    taker = staff.get(number)
    if taker is None:
        return ctx.old_button()
    event = await note("handed", mine, ctx, to=taker.person.id)
    t = speaking(taker.person)
    text = t(
        "{name} has handed this report to you: {title}. It is due on {date}.",
        name=await _own_name(mine, ctx),
        title=mine.title(ctx),
        date=t.date(mine.stands.due),
    )
    key = f"report:handed:{event}:{taker.person.id}"
    told_them = letter(taker.person, key, text, choices(mine.key, t))
    done = ctx.t("Handed to {name}. Reminders go there from now on.", name=called(taker, ctx.t))
    return Reply(f"{mine.title(ctx)}\n\n{done}", letters=(told_them,))


async def _staff(mine: Mine, ctx: Context) -> list[Holder]:
    return await holding(ctx, AGENCY_STAFF, mine.owed.agency)


async def _own_name(mine: Mine, ctx: Context) -> str:
    own = [h for h in await _staff(mine, ctx) if h.person.id == ctx.person.id]
    return called(own[0], ctx.t) if own else ctx.t("A colleague")
