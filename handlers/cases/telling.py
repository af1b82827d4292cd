"""Tells staff and citizens what was done to a feedback."""

from __future__ import annotations

from db.cases import Case
from handlers.cases.desk import title, to_citizen
from handlers.cases.names import STATES
from handlers.cases.receiving import tell_handlers
from handlers.context import Context
from handlers.message import Button, Letter, Reply, Rows


async def done(case: Case | None, ctx: Context, letters: tuple[Letter, ...] = ()) -> Reply:
    """Say how a feedback stands after an act; an act that could not be was an old button's."""
    if case is None:
        return ctx.old_button()
    rows = ((Button(ctx.t("Open it"), f"case:show:{case.id}"),),)
    text = f"{title(case, ctx)}\n{ctx.t(STATES[case.state])}"
    return Reply(text, rows, letters=letters)


async def told_body(case: Case, ctx: Context, why: str) -> tuple[Letter, ...]:
    """Tell the handlers of a feedback's body."""
    return await tell_handlers(case, ctx, why=f"{why}-{ctx.now.timestamp():.3f}")


async def told_citizen(
    case: Case, what: str, text: str, ctx: Context, rows: Rows
) -> tuple[Letter, ...]:
    """Tell the citizen of a feedback, where they can be reached."""
    key = f"case:{case.id}:{what}:{ctx.now.timestamp():.3f}:citizen"
    letter = await to_citizen(case, key, text, ctx, rows)
    return (letter,) if letter else ()
