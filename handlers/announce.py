"""/thongbao: an editor writes an announcement, sees it as it will arrive, and asks for approval."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from content.announcement import LONGEST, STAFF
from db import announced, announcements, dialogs
from db.announcements import Announcement
from db.dialogs import Dialog
from handlers.announcing.audience import REPORTING, is_urgent, summary
from handlers.announcing.names import STATES
from handlers.announcing.submitting import write_down
from handlers.announcing.wording import shown
from handlers.answers.pieces import together
from handlers.context import ZONE, Context
from handlers.dates import read_day
from handlers.message import Button, Reply, Request
from handlers.reports.ladder import Ladders

FORM = "announce"
A_DAY = dt.timedelta(days=1)
FURTHEST = dt.timedelta(days=60)
NONE = ("không", "khong", "bỏ qua", "bo qua", "-", "no", "none")
NOW = ("ngay", "now", "bây giờ", "bay gio")
_TIME = re.compile(r"^(\d{1,2})[:hg](\d{2})?\s+(.+)$")
_URL = re.compile(r"^(.{1,40}?)\s*[:|-]?\s+(https://\S{4,300})$")


async def announce(request: Request, ctx: Context) -> Reply:
    """List the newest announcements, and begin another."""
    del request
    t = ctx.t
    rows = [(Button(t("Write an announcement"), "announce:new:"),)]
    for one in await announcements.recent(ctx.conn):
        label = f"{one.id}. {one.content['texts']['vi'][:30]} ({t(STATES[one.state])})"
        rows.append((Button(label[:60], f"announce:show:{one.id}"),))
    return Reply(t("Announcements"), tuple(rows))


async def begin(told: str, ctx: Context) -> Reply:
    """Ask for whom it is."""
    del told
    rows = [
        (Button(topic.name.get(ctx.t.lang), f"announce:topic:{topic.id}"),)
        for topic in ctx.content.topics
    ]
    rows.append((Button(ctx.t("Officials who report"), f"announce:topic:{STAFF}"),))
    return Reply(ctx.t("For whom is it?"), tuple(rows))


async def take_topic(topic: str, ctx: Context) -> Reply:
    """Take the audience, and ask for the words."""
    if topic not in {one.id for one in ctx.content.topics} | {STAFF}:
        return ctx.old_button()
    audience = {"roles": list(REPORTING)} if topic == STAFF else {}
    return await _begin_words({"topic": topic, "audience": audience}, ctx)


async def correct(one: Announcement, ctx: Context) -> Reply:
    """Begin the correction of an announcement, for whom it reached."""
    same = {name: one.content[name] for name in ("topic", "audience")}
    return await _begin_words({**same, "corrects": one.id}, ctx)


async def _begin_words(data: dict[str, Any], ctx: Context) -> Reply:
    await _go_to("vi", data, ctx)
    return Reply(ctx.t("Type the text in Vietnamese. /huy ends this."), fresh=True)


async def go_on(request: Request, ctx: Context, form: Dialog) -> Reply:
    """Take texts, link and time, one after the other."""
    step = {"vi": _take_vi, "en": _take_en, "link": _take_link, "time": _take_time}.get(form.step)
    if step is None:
        return ctx.old_button()
    return await step(request.text.strip(), dict(form.data), ctx)


async def _take_vi(text: str, data: dict[str, Any], ctx: Context) -> Reply:
    if not text or len(text) > LONGEST:
        return Reply(ctx.t("The text has 1 to {most} letters.", most=LONGEST))
    await _go_to("en", {**data, "texts": {"vi": text}}, ctx)
    return Reply(ctx.t("Type it in English, or “không” for none."))


async def _take_en(text: str, data: dict[str, Any], ctx: Context) -> Reply:
    if not text or len(text) > LONGEST:
        return Reply(ctx.t("The text has 1 to {most} letters.", most=LONGEST))
    if text.lower() not in NONE:
        data["texts"] = {**data["texts"], "en": text}
    await _go_to("link", data, ctx)
    return Reply(
        ctx.t(
            "A link button? Type its label and address, such as “Xem thêm https://…”, or “không”."
        )
    )


async def _take_link(text: str, data: dict[str, Any], ctx: Context) -> Reply:
    found = _URL.match(text)
    if text.lower() not in NONE:
        if not found:
            return Reply(ctx.t("Please type a label and an address that begins with https://"))
        data["links"] = [{"label": found[1], "url": found[2]}]
    await _go_to("time", data, ctx)
    return Reply(ctx.t("When? Type “ngay” for now, or a time, such as “8:00 thứ sáu tuần sau”."))


async def _take_time(text: str, data: dict[str, Any], ctx: Context) -> Reply:
    at = _moment(text, ctx)
    if at is None or not ctx.now - dt.timedelta(minutes=1) <= at <= ctx.now + FURTHEST:
        return Reply(ctx.t("I cannot read a time in these words. Please write it like 8:00 20/3."))
    here = at.astimezone(ZONE)
    urgent = is_urgent(data, ctx.content)
    data["at"] = (here if urgent else Ladders(ctx.content).allowed(here)).isoformat()
    await _go_to("sure", data, ctx)
    return await _preview(data, ctx)


def _moment(text: str, ctx: Context) -> dt.datetime | None:
    if text.lower() in NOW:
        return ctx.now
    found = _TIME.match(text.strip())
    day = read_day(found[3], ctx.today) if found else None
    if not found or day is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return dt.datetime(day.year, day.month, day.day, int(found[1]), int(found[2] or 0), tzinfo=ZONE)


async def _preview(data: Mapping[str, Any], ctx: Context) -> Reply:
    """Show it as it will arrive, with how many get it, and ask."""
    t = ctx.t
    counted = await announced.count(ctx.conn, data)
    again = await announcements.same_since(ctx.conn, data["texts"], ctx.now - A_DAY)
    parts = [
        t("⚠ The same text was announced within a day.") if again else "",
        summary(data, counted, ctx.content, t),
        shown(data),
    ]
    return Reply(together(parts), tuple((button,) for button in _choices(data, ctx)))


def _choices(data: Mapping[str, Any], ctx: Context) -> list[Button]:
    t = ctx.t
    found = [Button(t("Ask for approval"), "announce:submit:")]
    if data["topic"] == STAFF:
        label = t("Need not be confirmed") if data.get("must_read") else t("Must be confirmed")
        found.append(Button(label, "announce:must-read:"))
    if is_urgent(data, ctx.content):
        found.append(Button(t("Emergency: send now, approve later"), "announce:emergency:"))
    again = f"correct:{data['corrects']}" if data.get("corrects") else f"topic:{data['topic']}"
    return [*found, Button(t("Write anew"), f"announce:{again}")]


async def switch_must_read(told: str, ctx: Context) -> Reply:
    """Ask every recipient to confirm, or no longer."""
    del told
    data = _ready(ctx)
    if data is None or data["topic"] != STAFF:
        return ctx.old_button()
    data["must_read"] = not data.get("must_read")
    await _go_to("sure", data, ctx)
    return await _preview(data, ctx)


async def submit(told: str, ctx: Context) -> Reply:
    """Write it down, and ask the approvers; who wrote it cannot approve it."""
    del told
    data = _ready(ctx)
    if data is None:
        return ctx.old_button()
    await dialogs.end(ctx.conn, ctx.person)
    number, letters = await write_down(ctx.conn, ctx.content, data, by=ctx.person, now=ctx.now)
    waits = ctx.t("Announcement {number} waits for approval by a second person.", number=number)
    nobody = ctx.t(
        "Announcement {number} is written, but nobody here may approve it.", number=number
    )
    return Reply(waits if letters else nobody, letters=letters)


async def send_emergency(told: str, ctx: Context) -> Reply:
    """Send at once what cannot wait for approval; two approvers look at it afterwards."""
    del told
    data = _ready(ctx)
    if data is None or not is_urgent(data, ctx.content):
        return ctx.old_button()
    await dialogs.end(ctx.conn, ctx.person)
    data = {**data, "emergency": True, "at": ctx.now.isoformat()}
    number, letters = await write_down(ctx.conn, ctx.content, data, by=ctx.person, now=ctx.now)
    text = ctx.t(
        "Announcement {number} goes out now. {count} approvers are asked to look at it.",
        number=number,
        count=len(letters),
    )
    return Reply(text, letters=letters)


def _ready(ctx: Context) -> dict[str, Any] | None:
    """Give what was written, once it is whole."""
    form = ctx.dialog
    whole = form and form.kind == FORM and form.step == "sure"
    return dict(form.data) if form and whole else None


async def _go_to(step: str, data: Mapping[str, Any], ctx: Context) -> None:
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, step, data), now=ctx.now)
