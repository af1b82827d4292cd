"""Erases a citizen from their feedback: the words and pictures go, the log and its figures stay."""

from __future__ import annotations

from db import case_log, cases
from handlers.context import Context


async def forget_person(ctx: Context) -> None:
    """Loosen a citizen from what they sent, and note in each log that the words are gone."""
    own = await cases.forget_person(ctx.conn, ctx.person.id)
    await case_log.forget_words(ctx.conn, own)
    for case in own:
        await case_log.append(ctx.conn, case, "erased", actor=None, role="citizen", now=ctx.now)
