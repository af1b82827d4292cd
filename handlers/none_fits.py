"""Says what to do when none of the offered entries is what the person meant."""

from __future__ import annotations

from handlers.answers.render import PERSON
from handlers.context import Context
from handlers.message import Button, Reply, Request


async def none_fits(request: Request, ctx: Context) -> Reply:
    """Ask for other words, and offer a person."""
    del request
    text = ctx.t("I am sorry. Please tell me in other words what you need, or talk to an official.")
    rows = ((Button(ctx.content.title(PERSON, ctx.t.lang), f"show:{PERSON}"),),)
    return Reply(text, rows)
