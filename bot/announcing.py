"""Turns announcements whose time has come into queued messages, each once for each person."""

from __future__ import annotations

import datetime as dt
import logging

from bot.outgoing import letter_body
from bot.turn import Service
from content.whole import Content
from db import announced, announcements, people, roles
from db.announced import Limit
from db.announcements import APPROVED, SENDING, STOPPED, Announcement
from db.engine import Connection, patiently
from handlers.announcing.audience import is_urgent
from handlers.announcing.wording import LANGS, wording
from handlers.run_announcement import EDITORS

A_WEEK = dt.timedelta(days=7)
LOG = logging.getLogger("motcua.announcing")


async def tick_announcements(service: Service) -> int:
    """Queue what was approved and is due; gives how many messages that was."""
    now = service.clock()
    async with service.engine.begin() as conn:
        found = await announcements.in_state(conn, APPROVED)
    due = [one for one in found if dt.datetime.fromisoformat(one.content["at"]) <= now]
    queued = 0
    for one in due:
        async with patiently(service.engine) as conn:
            queued += await queue_one(conn, service.content, one, now)
    return queued


async def queue_one(conn: Connection, told: Content, one: Announcement, now: dt.datetime) -> int:
    """Queue one, if it is what was approved and both who stand for it still may."""
    # First, so that whoever stops it, or queues it too, waits for us or is seen by us.
    if not await announcements.turn(conn, one.id, (APPROVED,), SENDING):
        return 0
    if announcements.digest_of(one.content) != one.digest or not await _stand(conn, one):
        await announcements.turn(conn, one.id, (SENDING,), STOPPED)
        LOG.error("an announcement was stopped", extra={"row": one.id})
        return 0
    bodies = {}
    for lang in LANGS:
        text, buttons = wording(one.content, lang, one.id)
        bodies[lang] = letter_body(text, buttons)
    most = None if _may_always(one, told) else Limit(told.most_a_week, now - A_WEEK)
    return await announced.queue(conn, one.id, bodies, content=one.content, now=now, most=most)


def _may_always(one: Announcement, told: Content) -> bool:
    """Tell what no measure holds back: what is urgent, a correction, and word to officials."""
    content = one.content
    official = bool(content["audience"].get("roles"))
    return official or bool(content.get("corrects")) or is_urgent(content, told)


async def _stand(conn: Connection, one: Announcement) -> bool:
    """Tell whether writer and approver are two, and still hold their roles.

    An emergency has no approver yet.
    """
    if not await _holds(conn, one.written_by, EDITORS):
        return False
    if one.content.get("emergency"):
        return True
    return one.approved_by != one.written_by and await _holds(
        conn, one.approved_by, frozenset({"approver"})
    )


async def _holds(conn: Connection, number: int | None, wanted: frozenset[str]) -> bool:
    person = await people.by_id(conn, number) if number else None
    held = await roles.of(conn, person) if person else frozenset()
    return any(role.role in wanted for role in held)
