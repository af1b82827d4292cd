"""/theodoi: the coordinator's board, as text and picture, and the way to every act on reports."""

from __future__ import annotations

from db import roles
from handlers.context import ZONE, Context
from handlers.drawing import TYPE as PNG
from handlers.message import Button, File, Reply, Request, Rows
from handlers.reports import state as states
from handlers.reports.board_picture import board_picture
from handlers.reports.board_text import board_text
from handlers.reports.due import Period
from handlers.reports.mine import AGENCY_STAFF
from handlers.reports.period_of import Line, lines, present
from handlers.reports.sheet import TYPE as XLSX
from handlers.reports.sheet import sheet
from handlers.reports.standing import due_of
from handlers.reports.state import State
from handlers.reports.words import STATES, agency_name, period_name

NEAR = 4
"""Other periods offered below the board."""


async def board(request: Request, ctx: Context) -> Reply:
    """Show the period that matters most now."""
    del request
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    period = present(state, ctx.today)
    if period is None:
        return Reply(ctx.t("No report is due in these months."), _general(ctx))
    return await _show(period, state, ctx)


async def show_period(key: str, ctx: Context) -> Reply:
    """Show the board of a period."""
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    period = state.period(key)
    return await _show(period, state, ctx) if period else ctx.old_button()


async def picture(key: str, ctx: Context) -> Reply:
    """Give the board as a picture."""
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    period = state.period(key)
    if period is None:
        return ctx.old_button()
    found, due = await bodies(key, state, ctx), due_of(period, state.log)
    data = board_picture(period, due, found, ctx.content, ctx.t, now=ctx.now)
    name = f"theo-doi-{key.replace('/', '-')}.png"
    return Reply(period_name(period, ctx.t), files=(File(name, PNG, data),), fresh=True)


async def spreadsheet(key: str, ctx: Context) -> Reply:
    """Give the board as a spreadsheet."""
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    period = state.period(key)
    if period is None:
        return ctx.old_button()
    t = ctx.t
    head = [t("Body"), t("State"), t("Due"), t("Sent at"), t("On time"), t("Document")]
    data = sheet(key.replace("/", "-"), head, [_row(x, ctx) for x in await bodies(key, state, ctx)])
    file = File(f"theo-doi-{key.replace('/', '-')}.xlsx", XLSX, data)
    return Reply(period_name(period, t), files=(file,), fresh=True)


async def bodies(key: str, state: State, ctx: Context) -> list[Line]:
    """Give how every body stands in a period."""
    reached = await roles.reached(ctx.conn)
    staff = {(role, agency) for role, agency, _ in reached if role in AGENCY_STAFF}
    return list(lines(state, key, staff, ctx.today))


async def _show(period: Period, state: State, ctx: Context) -> Reply:
    found, due = await bodies(period.key, state, ctx), due_of(period, state.log)
    text = board_text(period, due, found, ctx.content, ctx.t)
    return Reply(text, (*_acts(period, found, ctx), *_others(period, state, ctx), *_general(ctx)))


def _acts(period: Period, found: list[Line], ctx: Context) -> Rows:
    t, key = ctx.t, period.key
    missing = sum(not line.stands.done for line in found)
    waiting = sum(line.stands.state == "submitted" for line in found)
    asking = sum(bool(line.stands.asked) and not line.stands.done for line in found)
    rows = []
    if waiting:
        rows.append(Button(t("Look at what was sent ({n})", n=waiting), f"board:review:{key}"))
    if asking:
        rows.append(Button(t("Requests for more time ({n})", n=asking), f"board:asked:{key}"))
    if missing:
        rows.append(Button(t("Remind the missing ({n})", n=missing), f"board:nudge:{key}"))
    rows.append(Button(t("Change the due day"), f"board:due:{key}"))
    files = (
        Button(t("Picture"), f"board:picture:{key}"),
        Button(t("Spreadsheet"), f"board:xlsx:{key}"),
    )
    return (*((row,) for row in rows), files)


def _others(period: Period, state: State, ctx: Context) -> Rows:
    others = [p for p in state.periods if p.remind and p.key != period.key]
    nearest = sorted(others, key=lambda p: abs(p.due.day - ctx.today))[:NEAR]
    return tuple((Button(period_name(p, ctx.t), f"board:show:{p.key}"),) for p in nearest)


def _general(ctx: Context) -> Rows:
    t = ctx.t
    return (
        (
            Button(t("Open an ad-hoc report"), "board:open:"),
            Button(t("On-time table"), "board:ontime:"),
        ),
    )


def _row(line: Line, ctx: Context) -> list[object]:
    t, stands = ctx.t, line.stands
    proof = stands.proof.data if stands.proof else {}
    on_time = {True: t("yes"), False: t("no"), None: ""}[stands.on_time]
    return [
        agency_name(line.owed.agency, ctx.content, t),
        t(STATES[stands.state]),
        stands.due,
        stands.submitted.at.astimezone(ZONE).replace(tzinfo=None) if stands.submitted else "",
        on_time,
        str(proof.get("number") or proof.get("file") or ""),
    ]
