"""/thongbao: an editor writes an announcement, sees it as it will arrive, and asks for approval."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from db import announcements, audit, dialogs
from db.announcements import Announcement
from db.dialogs import Dialog
from handlers.announcing.names import STATES
from handlers.announcing.wording import wording
from handlers.answers.pieces import together
from handlers.context import ZONE, Context
from handlers.dates import read_day
from handlers.message import Button, Letter, Reply, Request
from handlers.reports.colleagues import holding, letter, speaking
from handlers.reports.ladder import Ladders

FORM = "announce"
LONGEST = 1500
"""Letters of a text: it goes in one message on every channel."""
A_DAY = dt.timedelta(days=1)
FURTHEST = dt.timedelta(days=60)
NONE = ("không", "khong", "bỏ qua", "bo qua", "-", "no", "none")
NOW = ("ngay", "now", "bây giờ", "bay gio")
_TIME = re.compile(r"^(\d{1,2})[:hg](\d{2})?\s+(.+)$")
_URL = re.compile(r"^(.{1,40}?)\s*[:|-]?\s+(https://\S{4,300})$")
STAFF = "staff"
"""The audience of all officials, beside the topics."""


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
    audience = {"roles": ["focal", "deputy", "head"]} if topic == STAFF else {}
    await _go_to("vi", {"topic": topic, "audience": audience}, ctx)
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
        data["link"] = {"label": found[1], "url": found[2]}
    await _go_to("time", data, ctx)
    return Reply(ctx.t("When? Type “ngay” for now, or a time, such as “8:00 thứ sáu tuần sau”."))


async def _take_time(text: str, data: dict[str, Any], ctx: Context) -> Reply:
    at = _moment(text, ctx)
    if at is None or not ctx.now - dt.timedelta(minutes=1) <= at <= ctx.now + FURTHEST:
        return Reply(ctx.t("I cannot read a time in these words. Please write it like 8:00 20/3."))
    data["at"] = Ladders(ctx.content).allowed(at.astimezone(ZONE)).isoformat()
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
    count = await announcements.count(ctx.conn, data["audience"], data["topic"])
    again = await announcements.same_since(ctx.conn, data["texts"], ctx.now - A_DAY)
    parts = [
        t("⚠ The same text was announced within a day.") if again else "",
        summary(data, count, ctx),
        shown(data),
    ]
    rows = (
        (Button(t("Ask for approval"), "announce:submit:"),),
        (Button(t("Write anew"), f"announce:topic:{data['topic']}"),),
    )
    return Reply(together(parts), rows)


def summary(content: Mapping[str, Any], count: int, ctx: Context) -> str:
    """Say for how many people and when."""
    at = dt.datetime.fromisoformat(content["at"]).astimezone(ZONE)
    names = {topic.id: topic.name.get(ctx.t.lang) for topic in ctx.content.topics}
    return ctx.t(
        "To {count} people ({topic}), on {date} at {clock}.",
        count=count,
        topic=names.get(content["topic"], ctx.t("Officials who report")),
        date=ctx.t.date(at.date()),
        clock=f"{at:%H:%M}",
    )


def shown(content: Mapping[str, Any]) -> str:
    """Show the text of each language exactly as it will arrive."""
    return "\n\n".join(f"── {lang} ──\n{wording(content, lang)[0]}" for lang in content["texts"])


async def submit(told: str, ctx: Context) -> Reply:
    """Write it down, and ask the approvers; who wrote it cannot approve it."""
    del told
    form = ctx.dialog
    if not form or form.kind != FORM or form.step != "sure":
        return ctx.old_button()
    await dialogs.end(ctx.conn, ctx.person)
    content = dict(form.data)
    number = await announcements.add(ctx.conn, content, by=ctx.person.id, now=ctx.now)
    await audit.note(
        ctx.conn, "announcement written", str(number), actor=ctx.person.id, now=ctx.now
    )
    letters = await _to_approvers(number, content, ctx)
    text = (
        ctx.t("Announcement {number} waits for approval by a second person.", number=number)
        if letters
        else ctx.t(
            "Announcement {number} is written, but nobody here may approve it.", number=number
        )
    )
    return Reply(text, letters=letters)


async def _to_approvers(
    number: int, content: Mapping[str, Any], ctx: Context
) -> tuple[Letter, ...]:
    count = await announcements.count(ctx.conn, content["audience"], content["topic"])
    letters = []
    for holder in await holding(ctx, ("approver",)):
        if holder.person.id == ctx.person.id:
            continue
        t = speaking(holder.person)
        text = together(
            [
                t("An announcement waits for your approval"),
                summary(content, count, ctx),
                shown(content),
            ]
        )
        digest = announcements.digest_of(content)[:16]
        rows = (
            (
                Button(t("Approve"), f"approve:yes:{number}:{digest}"),
                Button(t("Return it"), f"approve:no:{number}:{digest}"),
            ),
        )
        key = f"announce:approval:{number}:{holder.person.id}"
        letters.append(letter(holder.person, f"approval:{key}", text, rows))
    return tuple(letters)


async def _go_to(step: str, data: Mapping[str, Any], ctx: Context) -> None:
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, step, data), now=ctx.now)


def title(one: Announcement) -> str:
    """Name an announcement."""
    return f"{one.id}. {one.content['texts']['vi'][:60]}"
