"""“Ask for more time”: the reason and the day wished for; the coordinator decides."""

from __future__ import annotations

import datetime as dt

from db import dialogs
from db.dialogs import Dialog
from handlers.answers.pieces import together
from handlers.context import Context
from handlers.message import Button, Letter, Reply, Request
from handlers.my_reports import card
from handlers.reports.asked_day import asked_day, unreadable
from handlers.reports.colleagues import holding, letter, speaking
from handlers.reports.due import working_days
from handlers.reports.mine import Mine, find, note

FORM = "extend"
OFFERED = (1, 3, 5)
"""Working days of more time that are offered as buttons."""
LONGEST = dt.timedelta(days=60)
"""The most time that can be asked for at once."""
LONGEST_REASON = 500


async def ask_reason(mine: Mine, ctx: Context) -> Reply:
    """Begin: ask why."""
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, "reason", {"key": mine.key}), now=ctx.now)
    text = ctx.t("Why is more time needed? Please type the reason in a sentence. /huy ends this.")
    return Reply(f"{mine.title(ctx)}\n\n{text}", fresh=True)


async def go_on(request: Request, ctx: Context, dialog: Dialog) -> Reply:
    """Take the reason, then the day."""
    mine = await find(str(dialog.data["key"]), ctx)
    if isinstance(mine, Reply) or mine.stands.done:
        await dialogs.end(ctx.conn, ctx.person)
        return mine if isinstance(mine, Reply) else card(mine, ctx)
    match dialog.step:
        case "reason":
            return await _take_reason(request, mine, ctx, dialog)
        case _:
            return await _take_day(request.text, dialog, mine, ctx)


async def choose_day(count: str, mine: Mine, ctx: Context) -> Reply:
    """Take the day of a button (`report:until:<working days>:<key>`)."""
    data = ctx.dialog.data if ctx.dialog and ctx.dialog.kind == FORM else {}
    if data.get("key") != mine.key or "reason" not in data:
        return ctx.old_button()
    if count not in map(str, OFFERED):
        return ctx.old_button()
    day = working_days(ctx.content).add(_base(mine, ctx), int(count))
    return await _ask_for(day, str(data["reason"]), mine, ctx)


async def sure(mine: Mine, ctx: Context) -> Reply:
    """Take the day that was typed and read back (`report:until-yes:<key>`)."""
    form = ctx.dialog
    if not form or (form.kind, form.step, form.data.get("key")) != (FORM, "sure", mine.key):
        return ctx.old_button()
    day = dt.date.fromisoformat(str(form.data["day"]))
    return await _ask_for(day, str(form.data["reason"]), mine, ctx)


async def _take_reason(request: Request, mine: Mine, ctx: Context, dialog: Dialog) -> Reply:
    t = ctx.t
    reason = request.text.strip()[:LONGEST_REASON]
    if not reason:
        return Reply(t("Please type the reason in words."))
    data = {**dialog.data, "reason": reason}
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, "day", data), now=ctx.now)
    text = t(
        "Until which day? It is due on {date} now. Press a day, or type one, such as 20/3 or “thứ "
        "sáu tuần sau”.",
        date=t.date(mine.stands.due),
    )
    return Reply(text, (_days(mine, ctx),))


def _days(mine: Mine, ctx: Context) -> tuple[Button, ...]:
    days, base = working_days(ctx.content), _base(mine, ctx)
    return tuple(
        Button(ctx.t.date(days.add(base, count)), f"report:until:{count}:{mine.key}")
        for count in OFFERED
    )


def _base(mine: Mine, ctx: Context) -> dt.date:
    return max(mine.stands.due, ctx.today)


async def _take_day(text: str, dialog: Dialog, mine: Mine, ctx: Context) -> Reply:
    """Read the day that was typed, and read it back before it is sent."""
    t = ctx.t
    asked = asked_day(text, ctx)
    if asked is None:
        return unreadable(ctx, (_days(mine, ctx),))
    day, moved = asked
    if wrong := _out_of_reach(day, mine, ctx):
        return wrong
    data = {**dialog.data, "day": day.isoformat()}
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, "sure", data), now=ctx.now)
    ask = t("Ask for more time until {date}?", date=t.full_date(day))
    rows = ((Button(t("Yes, send it"), f"report:until-yes:{mine.key}"),), _days(mine, ctx))
    return Reply(together([moved, ask, t("Or type another day.")]), rows)


def _out_of_reach(day: dt.date, mine: Mine, ctx: Context) -> Reply | None:
    t, first, last = ctx.t, _base(mine, ctx), mine.stands.due + LONGEST
    if first < day <= last:
        return None
    sorry = t(
        "The new day must lie after {first} and by {last}; I read {date}.",
        first=t.date(first),
        last=t.date(last),
        date=t.full_date(day),
    )
    return Reply(sorry, (_days(mine, ctx),))


async def _ask_for(day: dt.date, reason: str, mine: Mine, ctx: Context) -> Reply:
    t = ctx.t
    if wrong := _out_of_reach(day, mine, ctx):
        return wrong
    number = await note("extension-asked", mine, ctx, reason=reason, due=day.isoformat())
    await dialogs.end(ctx.conn, ctx.person)
    text = t(
        "Sent to Sở Nội vụ: more time until {date}. Until they decide, the present day counts.",
        date=t.full_date(day),
    )
    return Reply(
        f"{mine.title(ctx)}\n\n{text}",
        letters=await _to_coordinators(number, day, reason, mine, ctx),
    )


async def _to_coordinators(
    number: int, day: dt.date, reason: str, mine: Mine, ctx: Context
) -> tuple[Letter, ...]:
    letters = []
    for holder in await holding(ctx, ("coordinator",)):
        t = speaking(holder.person)
        text = together(
            [
                t("A body asks for more time"),
                mine.title(ctx),
                t("From {old} to {new}.", old=t.date(mine.stands.due), new=t.full_date(day)),
                t("Reason: {reason}", reason=reason),
            ]
        )
        rows = (
            (
                Button(t("Grant it"), f"board:grant:{number}"),
                Button(t("Refuse"), f"board:refuse:{number}"),
            ),
        )
        key = f"report:extension:{number}:{holder.person.id}"
        letters.append(letter(holder.person, key, text, rows))
    return tuple(letters)
