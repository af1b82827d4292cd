"""Answers a typed question, or says honestly that the answer is not known."""

from __future__ import annotations

from dataclasses import replace

from db import messages, questions
from handlers.answers.render import render
from handlers.context import Context
from handlers.helped import ask_whether
from handlers.mask import mask
from handlers.message import Reply, Request
from handlers.search.follow import find

NOT_NOTED = ("procedure:to-cao", "answer:to-cao-gui-o-dau")
"""What leads here may name people who are accused: such words are not noted for the curators."""


async def ask(request: Request, ctx: Context) -> Reply:
    """Find what answers the words; a follow-up takes its subject from what was asked before."""
    before = await messages.last_subject(ctx.conn, ctx.person)
    found = find(ctx.index, request.text, before)
    number = None
    if not set(found.refs) & set(NOT_NOTED):
        number = await questions.add(
            ctx.conn,
            mask(request.text),
            channel=ctx.person.channel,
            lang=ctx.t.lang,
            status=found.status,
            refs=found.refs or found.near,
            now=ctx.now,
            person=ctx.person,
        )
    reply = render(found, ctx.content, ctx.t, ctx.today)
    if found.status == "refused":
        return reply
    if found.status == "answered" and number is not None:
        reply = replace(reply, buttons=(*reply.buttons, ask_whether(number, ctx)))
    return replace(reply, subject=before if found.carried else mask(request.text))
