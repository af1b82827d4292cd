"""The coordinator opens a report that has no day of its own: what, until when, from whom."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from difflib import get_close_matches

from content.model import Agency
from db import dialogs, report_events
from db.dialogs import Dialog
from handlers.answers.pieces import bullets, together
from handlers.context import Context
from handlers.message import Button, Reply, Request
from handlers.reports.asked_day import asked_day, unreadable
from handlers.reports.due import reporting
from handlers.search.syllable import fold

FORM = "open"
LONGEST_NAME = 120
LONGEST = dt.timedelta(days=60)
"""The furthest due day of such a report: later ones belong into the content."""
EVERYBODY = ("tat ca", "all", "het", "tat ca cac don vi")
LIKE = 0.75
"""How much a name that is not known has to be like one that is, to be offered."""


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
    asked = asked_day(text, ctx)
    if asked is None:
        return unreadable(ctx)
    day, moved = asked
    if not ctx.today < day <= ctx.today + LONGEST:
        return Reply(
            t(
                "The day must lie after today and by {last}; I read {date}.",
                last=t.date(ctx.today + LONGEST),
                date=t.full_date(day),
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
    return Reply(together([moved, text]))


async def _take_bodies(text: str, data: dict[str, object], ctx: Context) -> Reply:
    t = ctx.t
    found, unknown = _bodies(text, ctx)
    if unknown or not found:
        return _which(unknown, ctx)
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


def _which(unknown: list[str], ctx: Context) -> Reply:
    """Say which names mean no body, or more than one, and what may have been meant."""
    t, names = ctx.t, _names(ctx)
    close = [near for part in unknown for near in get_close_matches(_key(part), names, 2, LIKE)]
    meant = dict.fromkeys(agency.name.vi for near in close for agency in names[near].values())
    sorry = t("I do not know these bodies: {names}.", names=", ".join(unknown) or "–")
    return Reply(
        together(
            [
                sorry,
                bullets(t("Did you mean"), list(meant)) if meant else "",
                t("Please write the names as on their letters."),
            ]
        )
    )


def _bodies(text: str, ctx: Context) -> tuple[list[Agency], list[str]]:
    """Read a list of bodies by name, short name, id or another name; gives those found and not."""
    if _key(text) in EVERYBODY:
        return reporting(ctx.content, ctx.today), []
    names = _names(ctx)
    found: dict[str, Agency] = {}
    unknown = []
    for part in (part.strip() for part in re.split(r"[,;\n]", text) if part.strip()):
        meant = names.get(_key(part), {})
        if len(meant) == 1:
            found |= meant
        else:
            unknown.append(part)
    return list(found.values()), unknown


def _names(ctx: Context) -> dict[str, dict[str, Agency]]:
    """Give the bodies that each name may mean, by name without marks."""
    names: defaultdict[str, dict[str, Agency]] = defaultdict(dict)
    for agency in reporting(ctx.content, ctx.today):
        for name in (agency.name.vi, agency.name.en, agency.abbr, agency.id, *agency.aliases):
            if name:
                names[_key(name)][agency.id] = agency
    return dict(names)


def _key(name: str) -> str:
    return " ".join(fold(word) for word in name.lower().split()).strip(" .")


async def _go_to(step: str, data: dict[str, object], ctx: Context) -> None:
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, step, data), now=ctx.now)
