"""Erases the conversation of a person at their word."""

from __future__ import annotations

from db import messages
from handlers.context import Context
from handlers.message import Button, Reply, Request


async def ask_first(request: Request, ctx: Context) -> Reply:
    """Ask before erasing: it cannot be undone."""
    del request
    text = ctx.t("Erase this whole conversation? This cannot be undone.")
    return Reply(text, ((Button(ctx.t("Yes, erase it"), "forget:yes"),),))


async def forget(request: Request, ctx: Context) -> Reply:
    """Erase all that was said here, by both sides."""
    del request
    await messages.erase(ctx.conn, ctx.person)
    return Reply(ctx.t("Your conversation has been erased."))
