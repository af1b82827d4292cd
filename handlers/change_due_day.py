"""The coordinator changes the due day of a period for all bodies, and all of them are told."""

from __future__ import annotations

import datetime as dt

from db import dialogs, report_events, roles
from db.dialogs import Dialog
from handlers.answers.pieces import together
from handlers.context import Context
from handlers.message import Button, Letter, Reply, Request
from handlers.reports import state as states
from handlers.reports.asked_day import asked_day, unreadable
from handlers.reports.colleagues import letter, speaking
from handlers.reports.due import Obligation
from handlers.reports.mine import AGENCY_STAFF
from handlers.reports.standing import due_of
from handlers.reports.state import State
from handlers.reports.words import period_name

FORM = "due"
LONGEST = dt.timedelta(days=90)
"""How far a day may be moved at once."""


async def ask_day(key: str, ctx: Context) -> Reply:
    """Ask for the new day."""
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    owed = state.of_period(key)
    if not owed:
        return ctx.old_button()
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, "day", {"key": key}), now=ctx.now)
    t = ctx.t
    text = t(
        "{name} is due on {date} now. Which day shall it be? Write it like 20/3. /huy ends this.",
        name=period_name(owed[0].period, t),
        date=t.date(due_of(owed[0].period, state.log)),
    )
    return Reply(text, fresh=True)


async def go_on(request: Request, ctx: Context, dialog: Dialog) -> Reply:
    """Take the day, and ask before it counts."""
    key = str(dialog.data["key"])
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    owed = state.of_period(key)
    if not owed:
        await dialogs.end(ctx.conn, ctx.person)
        return ctx.old_button()
    t = ctx.t
    asked = asked_day(request.text, ctx)
    if asked is None:
        return unreadable(ctx)
    day, moved = asked
    base = due_of(owed[0].period, state.log)
    if not ctx.today < day <= base + LONGEST or day == base:
        return Reply(
            t(
                "The new day must be another one, after today and by {last}; I read {date}.",
                last=t.date(base + LONGEST),
                date=t.full_date(day),
            )
        )
    data = {**dialog.data, "day": day.isoformat()}
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, "sure", data), now=ctx.now)
    text = t(
        "Move {name} from {old} to {new} for {count} bodies, and tell all of them?",
        name=period_name(owed[0].period, t),
        old=t.date(base),
        new=t.full_date(day),
        count=len(owed),
    )
    return Reply(together([moved, text]), ((Button(t("Yes, move it"), f"board:due-yes:{key}"),),))


async def move(key: str, ctx: Context) -> Reply:
    """Let the new day count, and tell the bodies that have not sent the report."""
    form = ctx.dialog
    if not form or form.kind != FORM or form.step != "sure" or form.data.get("key") != key:
        return ctx.old_button()
    day = dt.date.fromisoformat(str(form.data["day"]))
    await dialogs.end(ctx.conn, ctx.person)
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    owed = state.of_period(key)
    if not owed:
        return ctx.old_button()
    period = owed[0].period
    event = await report_events.note(
        ctx.conn,
        "due-changed",
        report=period.report,
        year=period.year,
        agency="",
        actor=ctx.person.id,
        now=ctx.now,
        data={"due": day.isoformat()},
    )
    open_ = [one for one in owed if not state.standing(one).done]
    letters = await _to_bodies(event, day, open_, state, ctx)
    done = ctx.t(
        "Moved to {date}. {count} people are told.", date=ctx.t.date(day), count=len(letters)
    )
    return Reply(done, letters=letters)


async def _to_bodies(
    event: int, day: dt.date, owed: list[Obligation], state: State, ctx: Context
) -> tuple[Letter, ...]:
    open_ = {one.agency: one for one in owed}
    letters: dict[int, Letter] = {}
    for holder in await roles.holders(ctx.conn, AGENCY_STAFF):
        one = open_.get(holder.role.agency)
        if one is None or holder.person.id in letters:
            continue
        t = speaking(holder.person)
        told = t(
            "Sở Nội vụ has moved the due day from {old} to {new}.",
            old=t.date(state.standing(one).due),
            new=t.full_date(day),
        )
        key = f"report:moved:{event}:{holder.person.id}"
        text = together([period_name(one.period, t), told])
        letters[holder.person.id] = letter(holder.person, key, text)
    return tuple(letters.values())
