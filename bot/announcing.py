"""Turns announcements whose time has come into queued messages, each once for each person."""

from __future__ import annotations

import datetime as dt
import logging

from bot.outgoing import letter_body
from bot.turn import Service
from db import announcements, people, roles
from db.announcements import APPROVED, STOPPED, Announcement
from db.engine import Connection
from handlers.announcing.wording import LANGS, wording
from handlers.run_announcement import EDITORS

LOG = logging.getLogger("motcua.announcing")


async def tick_announcements(service: Service) -> int:
    """Queue what was approved and is due; gives how many messages that was."""
    queued = 0
    async with service.engine.begin() as conn:
        now = service.clock()
        for one in await announcements.in_state(conn, APPROVED):
            if dt.datetime.fromisoformat(one.content["at"]) <= now:
                queued += await _queue(conn, one, now)
    return queued


async def _queue(conn: Connection, one: Announcement, now: dt.datetime) -> int:
    """Queue one, if it is what was approved and both who stand for it still may."""
    if announcements.digest_of(one.content) != one.digest or not await _stand(conn, one):
        await announcements.turn(conn, one.id, (APPROVED,), STOPPED)
        LOG.error("an announcement was stopped", extra={"row": one.id})
        return 0
    bodies = {}
    for lang in LANGS:
        text, buttons = wording(one.content, lang)
        bodies[lang] = letter_body(text, buttons)
    told = {"rule": one.content["audience"], "topic": one.content["topic"]}
    return await announcements.queue(conn, one.id, bodies, not_before=now, now=now, **told)


async def _stand(conn: Connection, one: Announcement) -> bool:
    """Tell whether writer and approver are two, and still hold their roles."""
    if one.approved_by is None or one.approved_by == one.written_by:
        return False
    writer = await people.by_id(conn, one.written_by)
    approver = await people.by_id(conn, one.approved_by)
    if writer is None or approver is None:
        return False
    may_write = any(role.role in EDITORS for role in await roles.of(conn, writer))
    may_approve = any(role.role == "approver" for role in await roles.of(conn, approver))
    return may_write and may_approve
