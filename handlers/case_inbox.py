"""/hopthu: the feedback of one's body, the most urgent first, with filters."""

from __future__ import annotations

from db import cases
from handlers.cases.desk import title
from handlers.context import Context
from handlers.message import Button, Reply, Request

OF_A_BODY = frozenset({"handler", "head"})
OF_ALL = frozenset({"coordinator"})
STAFF = OF_A_BODY | OF_ALL
PAGE = 8
FILTERS = {
    "open": cases.OPEN,
    "late": cases.OPEN,
    "answered": ("done",),
    "unassigned": ("received",),
}


def bodies(ctx: Context) -> list[str] | None:
    """Give the bodies whose feedback this person sees; None for all."""
    if coordinates(ctx):
        return None
    return sorted({role.agency for role in ctx.roles if role.role in OF_A_BODY})


def coordinates(ctx: Context) -> bool:
    """Tell whether this person acts for the whole province."""
    return any(role.role in OF_ALL for role in ctx.roles)


def role_of(ctx: Context) -> str:
    """Say as what this person acts on a feedback."""
    return "coordinator" if coordinates(ctx) else "handler"


async def inbox(request: Request, ctx: Context) -> Reply:
    """Show what is open, the most urgent first."""
    del request
    return await page("open", 0, ctx)


async def page(filter_: str, number: int, ctx: Context) -> Reply:
    """Show a page of the feedback a filter leaves."""
    t = ctx.t
    if filter_ not in FILTERS or number < 0:
        return ctx.old_button()
    late_on = ctx.today if filter_ == "late" else None
    wanted = cases.Wanted(bodies(ctx), FILTERS[filter_], late_on)
    count = await cases.count(ctx.conn, wanted)
    found = await cases.listed(ctx.conn, wanted, limit=PAGE, offset=number * PAGE)
    names = {
        "open": t("Open"),
        "late": t("Late"),
        "answered": t("Answered, no word yet"),
        "unassigned": t("Without a body"),
    }
    rows = [(Button(_label(case, ctx), f"case:show:{case.id}"),) for case in found]
    if count > (number + 1) * PAGE:
        rows.append((Button(t("More"), f"case:list:{filter_}:{number + 1}"),))
    others = [Button(names[f], f"case:list:{f}:0") for f in FILTERS if f != filter_]
    head = t("{name}: {count} feedbacks", name=names[filter_], count=count)
    return Reply(head, (*rows, tuple(others)))


def _label(case: cases.Case, ctx: Context) -> str:
    mark = "❗" if case.open and case.due < ctx.today else "•"
    field = case.field or ctx.t("no field yet")
    return f"{mark} {title(case, ctx)}, {field}, {ctx.t.date(case.due)}"[:60]
