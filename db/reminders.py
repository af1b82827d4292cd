"""Which notices were queued, by the key that names why: none goes twice, none is missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import inserts
from db.outbox import REMINDER
from db.schema import outbox, reminders

DONE = "done before it was sent"


_PUT = inserts(
    lambda insert: (
        insert(reminders)
        .values(
            {name: sa.bindparam(name) for name in ("key", "person_id", "due_at", "queued", "row")}
        )
        .on_conflict_do_nothing()
    )
)


@dataclass(frozen=True)
class Carried:
    """A notice that a queued message carries: its key, whose it is, its moment, the message."""

    key: str
    person_id: int
    due_at: dt.datetime
    row: int | None


async def put(conn: AsyncConnection, found: Sequence[Carried], *, now: dt.datetime) -> None:
    """Write down which notices were queued, and which message carries each."""
    rows = [
        {
            "key": one.key,
            "person_id": one.person_id,
            "due_at": one.due_at,
            "queued": now,
            "row": one.row,
        }
        for one in found
    ]
    if rows:
        await conn.execute(_PUT(conn), rows)


async def known(conn: AsyncConnection, *, since: dt.datetime) -> set[str]:
    """Give the keys of the notices that were due after a moment and are queued already."""
    found = sa.select(reminders.c.key).where(reminders.c.due_at >= since)
    return set((await conn.execute(found)).scalars())


_WAITS = sa.and_(
    outbox.c.state == "queued", outbox.c.priority == REMINDER, outbox.c.lease_until.is_(None)
)
_WAITING = sa.select(outbox.c.id).where(_WAITS)


async def stop(conn: AsyncConnection, prefix: str, *, now: dt.datetime) -> None:
    """End what is queued for notices whose keys begin so: what they ask for has been done.

    A digest that also speaks of other reports ends too; their notices are forgotten, so that the
    next tick queues them again. What a sender holds already goes on.
    """
    waiting = list((await conn.execute(_WAITING)).scalars())
    if not waiting:
        return
    about = reminders.c.key.startswith(prefix, autoescape=True)
    carrying = sa.select(reminders.c.row).where(about)
    ended = sa.update(outbox).where(outbox.c.id.in_(waiting), outbox.c.id.in_(carrying), _WAITS)
    ended = ended.values(state="expired", reason=DONE, done=now).returning(outbox.c.id)
    rows = list((await conn.execute(ended)).scalars())
    await conn.execute(sa.delete(reminders).where(reminders.c.row.in_(rows), ~about))


async def begin_tick(conn: AsyncConnection) -> None:
    """Let one replica at a time turn what is due into messages; SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        key: Any = sa.func.hashtext("reminders")
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
