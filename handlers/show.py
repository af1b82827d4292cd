"""Shows the entry, or the one fact of it, whose button was pressed."""

from __future__ import annotations

from dataclasses import replace

from content.model import Procedure
from handlers.answers.procedure import LABELS
from handlers.answers.render import show
from handlers.context import Context
from handlers.message import Reply, Request


async def show_entry(request: Request, ctx: Context) -> Reply:
    """Show the entry named by the button (`show:<ref>`)."""
    return _show(request.action.partition(":")[2], None, ctx)


async def show_fact(request: Request, ctx: Context) -> Reply:
    """Show one fact of a procedure (`fact:<fact>:<ref>`)."""
    facet, _, ref = request.action.partition(":")[2].partition(":")
    return _show(ref, facet, ctx)


def _show(ref: str, facet: str | None, ctx: Context) -> Reply:
    entry = ctx.content.entries.get(ref)
    known = facet is None or (facet in LABELS and isinstance(entry, Procedure))
    if entry is None or not known:
        return ctx.old_button()
    reply = show(ref, facet, ctx.content, ctx.t, ctx.today)
    return replace(reply, subject=ctx.content.title(ref, "vi"))
