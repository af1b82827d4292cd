"""Announcements as written down: by one, approved by another, in one state at a time."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.schema_announcements import announcements

WAITING, APPROVED, SENDING = "waiting", "approved", "sending"
PAUSED, STOPPED, RETURNED = "paused", "stopped", "returned"


@dataclass(frozen=True)
class Announcement:
    """An announcement as written down."""

    id: int
    content: Mapping[str, Any]
    digest: str
    state: str
    written_by: int
    written: dt.datetime
    approved_by: int | None
    approved: dt.datetime | None
    queued: dt.datetime | None


def digest_of(content: Mapping[str, Any]) -> str:
    """Give the digest of what is approved: any change of text, audience or time makes another."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


async def add(
    conn: AsyncConnection,
    content: Mapping[str, Any],
    *,
    by: int,
    now: dt.datetime,
    state: str = WAITING,
) -> int:
    """Write an announcement down, to be approved; gives its number."""
    row = {
        "content": dict(content),
        "digest": digest_of(content),
        "state": state,
        "written_by": by,
        "written": now,
    }
    added = await conn.execute(sa.insert(announcements), row)
    key = added.inserted_primary_key
    assert key is not None, "an insert of one row gives its key"
    return int(key[0])


async def find(conn: AsyncConnection, number: int) -> Announcement | None:
    """Find an announcement by its number."""
    found = sa.select(announcements).where(announcements.c.id == number)
    row = (await conn.execute(found)).one_or_none()
    return Announcement(**row._mapping) if row else None  # noqa: SLF001 - its public name


async def by_name(conn: AsyncConnection, number: str) -> Announcement | None:
    """Find an announcement by what a button says is its number."""
    plain = number.isascii() and number.isdecimal() and len(number) < 10
    return await find(conn, int(number)) if plain else None


async def recent(conn: AsyncConnection, limit: int = 8) -> list[Announcement]:
    """Give the newest announcements."""
    found = sa.select(announcements).order_by(announcements.c.id.desc()).limit(limit)
    return [Announcement(**row._mapping) for row in await conn.execute(found)]  # noqa: SLF001


async def in_state(conn: AsyncConnection, state: str) -> list[Announcement]:
    """Give the announcements in a state, oldest first."""
    found = sa.select(announcements).where(announcements.c.state == state)
    rows = await conn.execute(found.order_by(announcements.c.id))
    return [Announcement(**row._mapping) for row in rows]  # noqa: SLF001


async def same_since(conn: AsyncConnection, texts: Mapping[str, str], since: dt.datetime) -> bool:
    """Tell whether the same texts were written down since a moment."""
    found = sa.select(announcements.c.content).where(announcements.c.written >= since)
    return any(row.content["texts"] == texts for row in await conn.execute(found))


async def approve(conn: AsyncConnection, number: int, *, by: int, now: dt.datetime) -> bool:
    """Approve an announcement that waits; False where it does not, or by who wrote it."""
    done = await conn.execute(
        sa.update(announcements)
        .where(
            announcements.c.id == number,
            announcements.c.state == WAITING,
            announcements.c.written_by != by,
        )
        .values(state=APPROVED, approved_by=by, approved=now)
    )
    return bool(done.rowcount)


async def turn(conn: AsyncConnection, number: int, before: Sequence[str], after: str) -> bool:
    """Bring an announcement from one of some states into another."""
    done = await conn.execute(
        sa.update(announcements)
        .where(announcements.c.id == number, announcements.c.state.in_(list(before)))
        .values(state=after)
    )
    return bool(done.rowcount)
