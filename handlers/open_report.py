"""The coordinator opens a report that has no day of its own: what, until when, from whom."""

from __future__ import annotations

import datetime as dt
import re

from content.model import Agency
from db import dialogs, report_events
from db.dialogs import Dialog
from handlers.answers.pieces import bullets, together
from handlers.context import Context
from handlers.dates import read_day
from handlers.message import Button, Reply, Request
from handlers.reports.due import reporting, working_days

FORM = "open"
LONGEST_NAME = 120
LONGEST = dt.timedelta(days=60)
"""The furthest due day of such a report: later ones belong into the content."""
EVERYBODY = ("tất cả", "tat ca", "all", "hết", "het")


async def choose_kind(told: str, ctx: Context) -> Reply:
    """Begin: offer the kinds there are."""
    del told
    rows = tuple(
        (Button(kind.name.get(ctx.t.lang), f"board:kind:{kind.id}"),)
        for kind in ctx.content.reports.ad_hoc
    )
    return Reply(ctx.t("Which kind of report do you open?"), rows)


async def begin(kind: str, ctx: Context) -> Reply:
    """Take the kind, and ask for the name."""
    if kind not in {one.id for one in ctx.content.reports.ad_hoc}:
        return ctx.old_button()
    await _go_to("name", {"kind": kind}, ctx)
    text = ctx.t("What is it called? Such as “Báo cáo số hóa hồ sơ quý IV”. /huy ends this.")
    return Reply(text, fresh=True)


async def go_on(request: Request, ctx: Context, dialog: Dialog) -> Reply:
    """Take the name, the day and the bodies, one after the other."""
    match dialog.step:
        case "name":
            return await _take_name(request.text, dict(dialog.data), ctx)
        case "day":
            return await _take_day(request.text, dict(dialog.data), ctx)
        case _:
            return await _take_bodies(request.text, dict(dialog.data), ctx)


async def open_it(told: str, ctx: Context) -> Reply:
    """Open it; the next tick tells the bodies."""
    del told
    form = ctx.dialog
    if not form or form.kind != FORM or form.step != "sure":
        return ctx.old_button()
    await dialogs.end(ctx.conn, ctx.person)
    due = dt.date.fromisoformat(str(form.data["due"]))
    number = await report_events.note(
        ctx.conn,
        "opened",
        report="",
        year=due.year,
        agency="",
        actor=ctx.person.id,
        now=ctx.now,
        data=form.data,
    )
    await report_events.rename(ctx.conn, number, f"dx-{number}")
    t = ctx.t
    text = t(
        "Opened: {name}, due on {date}. The bodies are told at once, or when quiet hours end.",
        name=form.data["name"],
        date=t.date(due),
    )
    key = f"dx-{number}/{due.year}"
    return Reply(text, ((Button(t("Open the board"), f"board:show:{key}"),),))


async def _take_name(text: str, data: dict[str, object], ctx: Context) -> Reply:
    name = " ".join(text.split())[:LONGEST_NAME]
    if not name:
        return Reply(ctx.t("Please type a name in words."))
    await _go_to("day", {**data, "name": name}, ctx)
    return Reply(ctx.t("Until which day? Write it like 20/3 or “thứ sáu tuần sau”."))


async def _take_day(text: str, data: dict[str, object], ctx: Context) -> Reply:
    t = ctx.t
    day = read_day(text, ctx.today)
    if day is None:
        return Reply(t("I cannot read a day in these words. Please write it like 20/3/2027."))
    day = working_days(ctx.content).next(day)
    if not ctx.today < day <= ctx.today + LONGEST:
        return Reply(
            t(
                "The day must lie after today and by {last}.",
                last=t.date(ctx.today + LONGEST),
            )
        )
    await _go_to("bodies", {**data, "due": day.isoformat()}, ctx)
    count = len(reporting(ctx.content, ctx.today))
    text = t(
        "Due on {date}. From whom? Type “tất cả” for all {count} bodies, or their names with "
        "commas between, such as “Sở Y tế, Sở Tư pháp”.",
        date=t.full_date(day),
        count=count,
    )
    return Reply(text)


async def _take_bodies(text: str, data: dict[str, object], ctx: Context) -> Reply:
    t = ctx.t
    found, unknown = _bodies(text, ctx)
    if unknown or not found:
        sorry = t("I do not know these bodies: {names}.", names=", ".join(unknown) or "–")
        return Reply(together([sorry, t("Please write the names as on their letters.")]))
    await _go_to("sure", {**data, "audience": [agency.id for agency in found]}, ctx)
    due = dt.date.fromisoformat(str(data["due"]))
    told = t("Due on {date}.", date=t.full_date(due))
    text = together(
        [
            t("Open this report?"),
            "\n".join([str(data["name"]), told]),
            bullets(t("From {count} bodies", count=len(found)), [a.name.vi for a in found]),
        ]
    )
    return Reply(text, ((Button(t("Yes, open it"), "board:open-yes:"),),))


def _bodies(text: str, ctx: Context) -> tuple[list[Agency], list[str]]:
    """Read a list of bodies by name, short name, id or another name; gives those found and not."""
    known = reporting(ctx.content, ctx.today)
    if text.strip().lower() in EVERYBODY:
        return known, []
    names = {
        " ".join(name.lower().split()): agency
        for agency in known
        for name in (agency.name.vi, agency.name.en, agency.abbr, agency.id, *agency.aliases)
        if name
    }
    told = [" ".join(part.lower().split()) for part in re.split(r"[,;\n]", text) if part.strip()]
    found = {names[part].id: names[part] for part in told if part in names}
    return list(found.values()), [part for part in told if part not in names]


async def _go_to(step: str, data: dict[str, object], ctx: Context) -> None:
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, step, data), now=ctx.now)
