"""Approving an announcement, and its course: report, pause, go on, stop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping

from content.catalogue import msg
from db import announced, announcements, audit, people, roles
from db.announcements import APPROVED, PAUSED, RETURNED, SENDING, STOPPED, WAITING, Announcement
from handlers.announce import (
    begin,
    correct,
    send_emergency,
    submit,
    switch_must_read,
    take_topic,
)
from handlers.announcing.audience import summary
from handlers.announcing.course import CONFIRMED, report, title
from handlers.announcing.names import STATES
from handlers.answers.pieces import together
from handlers.context import Context
from handlers.message import Button, Letter, Reply, Request
from handlers.read_announcement import nudge
from handlers.reports.colleagues import letter, speaking

EDITORS = frozenset({"editor", "admin"})


async def act_on_announcement(request: Request, ctx: Context) -> Reply:
    """Do what a button of the editors says (`announce:<verb>:<rest>`)."""
    verb, _, told = request.action.partition(":")[2].partition(":")
    if verb in WRITING:
        return await WRITING[verb](told, ctx)
    one = await announcements.by_name(ctx.conn, told)
    does = RUNNING.get(verb)
    return await does(one, ctx) if one and does else ctx.old_button()


async def act_on_approval(request: Request, ctx: Context) -> Reply:
    """Judge exactly what was shown (`approve:<yes|no|after|halt>:<number>:<digest>`)."""
    verb, _, rest = request.action.partition(":")[2].partition(":")
    number, _, digest = rest.partition(":")
    one = await announcements.by_name(ctx.conn, number)
    if one is None or not digest or not one.digest.startswith(digest):
        return ctx.old_button()
    if announcements.digest_of(one.content) != one.digest:
        return Reply(ctx.t("This announcement was changed after it was shown; it cannot go."))
    if one.written_by == ctx.person.id:
        return Reply(ctx.t("Who wrote an announcement cannot approve it: a second person has to."))
    if one.content.get("emergency"):
        return await (_confirm(one, ctx) if verb == "after" else _stop(one, ctx))
    if one.state != WAITING:
        return Reply(f"{title(one)}\n{ctx.t(STATES[one.state])}")
    return await (_approve(one, ctx) if verb == "yes" else _return(one, ctx))


async def _approve(one: Announcement, ctx: Context) -> Reply:
    if not await may_write(one.written_by, ctx):
        await announcements.turn(ctx.conn, one.id, (WAITING,), STOPPED)
        return Reply(ctx.t("Its writer is no editor any more: the announcement was stopped."))
    if not await announcements.approve(ctx.conn, one.id, by=ctx.person.id, now=ctx.now):
        return ctx.old_button()  # another approver was faster
    await audit.note(
        ctx.conn, "announcement approved", str(one.id), actor=ctx.person.id, now=ctx.now
    )
    counted = await announced.count(ctx.conn, one.content)
    whom = summary(one.content, counted, ctx.content, ctx.t)
    return Reply(together([ctx.t("Approved."), whom]))


async def _confirm(one: Announcement, ctx: Context) -> Reply:
    """Note that an approver has looked at an emergency that went without them."""
    await audit.note(ctx.conn, CONFIRMED, str(one.id), actor=ctx.person.id, now=ctx.now)
    return Reply(await report(one, ctx))


async def _return(one: Announcement, ctx: Context) -> Reply:
    await announcements.turn(ctx.conn, one.id, (WAITING,), RETURNED)
    await audit.note(
        ctx.conn, "announcement returned", str(one.id), actor=ctx.person.id, now=ctx.now
    )
    writer = await people.by_id(ctx.conn, one.written_by)
    letters: tuple[Letter, ...] = ()
    if writer:
        t = speaking(writer)
        text = t("Your announcement was returned: {title}", title=title(one))
        letters = (letter(writer, f"approval:returned:{one.id}", text),)
    return Reply(ctx.t("Returned to the writer."), letters=letters)


async def may_write(person: int, ctx: Context) -> bool:
    """Tell whether somebody is an editor now."""
    writer = await people.by_id(ctx.conn, person)
    held = await roles.of(ctx.conn, writer) if writer else frozenset()
    return any(role.role in EDITORS for role in held)


async def show_announcement(one: Announcement, ctx: Context) -> Reply:
    """Show an announcement with what became of it, and what can be done."""
    rows = tuple((Button(ctx.t(label), f"announce:{verb}:{one.id}"),) for verb, label in _may(one))
    again = ((Button(ctx.t("Look again"), f"announce:show:{one.id}"),),)
    return Reply(await report(one, ctx), (*rows, *again))


def _may(one: Announcement) -> Iterator[tuple[str, str]]:
    """Give what can be done with an announcement in its state."""
    if one.state == SENDING:
        yield "pause", msg("Pause")
    if one.state == PAUSED:
        yield "resume", msg("Go on")
    if one.state in (SENDING, PAUSED, APPROVED, WAITING):
        yield "stop", msg("Stop for good")
    if one.queued:
        yield "correct", msg("Correct it")
        if one.content.get("must_read"):
            yield "nudge", msg("Remind who has not read it")


async def _pause(one: Announcement, ctx: Context) -> Reply:
    if await announcements.turn(ctx.conn, one.id, (SENDING,), PAUSED):
        await announced.hold(ctx.conn, one.id)
    return await _again(one, "paused", ctx)


async def _resume(one: Announcement, ctx: Context) -> Reply:
    if await announcements.turn(ctx.conn, one.id, (PAUSED,), SENDING):
        await announced.release(ctx.conn, one.id)
    return await _again(one, "resumed", ctx)


async def _stop(one: Announcement, ctx: Context) -> Reply:
    before = (WAITING, APPROVED, SENDING, PAUSED)
    if await announcements.turn(ctx.conn, one.id, before, STOPPED):
        await announced.stop(ctx.conn, one.id, ctx.now)
    return await _again(one, "stopped", ctx)


async def _again(one: Announcement, act: str, ctx: Context) -> Reply:
    await audit.note(ctx.conn, f"announcement {act}", str(one.id), actor=ctx.person.id, now=ctx.now)
    fresh = await announcements.find(ctx.conn, one.id)
    return await show_announcement(fresh or one, ctx)


WRITING: Mapping[str, Callable[[str, Context], Awaitable[Reply]]] = {
    "new": begin,
    "topic": take_topic,
    "must-read": switch_must_read,
    "submit": submit,
    "emergency": send_emergency,
}
RUNNING: Mapping[str, Callable[[Announcement, Context], Awaitable[Reply]]] = {
    "show": show_announcement,
    "pause": _pause,
    "resume": _resume,
    "stop": _stop,
    "correct": correct,
    "nudge": nudge,
}
