"""/baocao: the reports of one's own body, how each stands, and what can be done about it."""

from __future__ import annotations

from handlers.answers.pieces import together
from handlers.context import ZONE, Context
from handlers.message import Button, Reply, Request, Rows
from handlers.reports import state as states
from handlers.reports.due import Obligation, why
from handlers.reports.mine import Mine, agencies
from handlers.reports.reminder import choices
from handlers.reports.standing import Standing
from handlers.reports.words import STATES, agency_name, period_name, short_name

MOST = 12
"""Reports listed at once; further ones are in the calendar."""


async def my_reports(request: Request, ctx: Context) -> Reply:
    """List what one's body owes, what is open first."""
    del request
    t = ctx.t
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    found = [(owed, state.standing(owed)) for owed in state.of(agencies(ctx))]
    if not found:
        return Reply(t("Your body owes no report in these months. /lich shows the whole year."))
    found.sort(key=lambda one: (one[1].done, one[1].due))
    lines = [_line(owed, stands, ctx) for owed, stands in found[:MOST]]
    rows = tuple(
        (Button(short_name(owed.period, owed.agency, ctx.content, t), f"report:show:{owed.key}"),)
        for owed, _ in found[:MOST]
    )
    text = together([t("Reports of your body"), "\n".join(lines), t("Press one to act on it.")])
    return Reply(text, rows)


async def show_report(mine: Mine, ctx: Context) -> Reply:
    """Show one report of one's body."""
    return card(mine, ctx)


def card(mine: Mine, ctx: Context) -> Reply:
    """Show how a report stands, its day with the reason, and what can be done."""
    t, stands, owed = ctx.t, mine.stands, mine.owed
    clock = ctx.content.reports.day_rules.due_time
    own_day = stands.due == owed.period.due.day
    text = together(
        [
            f"{mine.title(ctx)}\n{status(stands, ctx)}",
            t(
                "Due by {clock} on {date}.",
                clock=clock,
                date=t.full_date(stands.due),
            ),
            why(owed.period.due, ctx.content, t)
            if own_day
            else t("The day was changed; it had been {date}.", date=t.date(owed.period.due.day)),
            _window(owed, ctx),
        ]
    )
    return Reply(text, _rows(mine, ctx), refs=_refs(owed, ctx))


def status(stands: Standing, ctx: Context) -> str:
    """Say how a report stands, with when, the document and the reason where there are some."""
    t = ctx.t
    told = [t(STATES[stands.state])]
    if stands.done and stands.submitted:
        at = stands.submitted.at.astimezone(ZONE)
        told.append(t("sent on {date} at {clock}", date=t.date(at.date()), clock=f"{at:%H:%M}"))
        told.append(t("on time") if stands.on_time else t("late"))
        if stands.proof and stands.proof.data.get("number"):
            told.append(t("document {number}", number=stands.proof.data["number"]))
    if stands.state == "returned" and stands.returned:
        told.append(t("reason: {reason}", reason=stands.returned.data.get("reason", "")))
    if stands.asked:
        told.append(t("more time was asked for; Sở Nội vụ has not decided yet"))
    words = ", ".join(told)
    return f"{words[:1].upper()}{words[1:]}."


def _rows(mine: Mine, ctx: Context) -> Rows:
    if not mine.stands.done:
        return choices(mine.key, ctx.t)
    if mine.stands.state == "submitted":
        return (
            (Button(ctx.t("Add document or file"), f"report:proof:{mine.key}"),),
            (Button(ctx.t("Pressed by mistake"), f"report:undo:{mine.key}"),),
        )
    return ()


def _window(owed: Obligation, ctx: Context) -> str:
    window = owed.period.window
    if window is None:
        return ""
    first, last = (ctx.t.date(day) for day in window)
    return ctx.t("Figures from {first} to {last}.", first=first, last=last)


def _refs(owed: Obligation, ctx: Context) -> tuple[str, ...]:
    ref = f"report:{owed.period.report}"
    return (ref,) if ref in ctx.content.entries else ()


def _line(owed: Obligation, stands: Standing, ctx: Context) -> str:
    mark = "✅" if stands.done else ("⏳" if stands.due >= ctx.today else "❗")
    name = f"{period_name(owed.period, ctx.t)}, {agency_name(owed.agency, ctx.content, ctx.t)}"
    return f"{mark} {name}: {ctx.t(STATES[stands.state])} ({ctx.t.date(stands.due)})"
