"""Hears whether an answer helped; one that did not goes to the curators."""

from __future__ import annotations

from db import questions
from handlers.answers.render import PERSON
from handlers.context import Context
from handlers.message import Button, Reply, Request


async def helped(request: Request, ctx: Context) -> Reply:
    """Note the person's word on their own question (`helped:yes:12`)."""
    word, _, number = request.action.partition(":")[2].partition(":")
    known = word in questions.HELPED and number.isdecimal() and len(number) < 18
    if not known or not await questions.rate(ctx.conn, int(number), ctx.person, word):
        return ctx.old_button()
    if word == "yes":
        return Reply(ctx.t("Thank you, I am glad it helped."), fresh=True)
    text = ctx.t(
        "I am sorry. The curators will look at it. Please tell me in other words what you need, "
        "or talk to an official."
    )
    rows = ((Button(ctx.content.title(PERSON, ctx.t.lang), f"show:{PERSON}"),),)
    return Reply(text, rows if PERSON in ctx.content.entries else (), fresh=True)


def ask_whether(number: int, ctx: Context) -> tuple[Button, ...]:
    """Give the row of buttons that asks whether an answer helped."""
    t = ctx.t
    yes, no = t("That helped"), t("Not what I meant")
    return Button(f"👍 {yes}", f"helped:yes:{number}"), Button(f"👎 {no}", f"helped:no:{number}")
