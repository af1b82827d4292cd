"""How the queue stands: messages by channel and state, and how late the oldest is."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.schema import outbox


async def counts(conn: AsyncConnection) -> dict[tuple[str, str], int]:
    """Count messages by channel and state."""
    counted: dict[tuple[str, str], int] = {}
    for (channel, state, _), number in (await counts_by_priority(conn)).items():
        counted[channel, state] = counted.get((channel, state), 0) + number
    return counted


async def counts_by_priority(conn: AsyncConnection) -> dict[tuple[str, str, int], int]:
    """Count messages by channel, state and priority."""
    by = (outbox.c.channel, outbox.c.state, outbox.c.priority)
    found = await conn.execute(sa.select(*by, sa.func.count()).group_by(*by))
    return {(row[0], row[1], row[2]): int(row[3]) for row in found}


async def lag(conn: AsyncConnection, now: dt.datetime) -> float:
    """Give the age in seconds of the oldest message that should have gone; 0 where none is."""
    due = sa.and_(outbox.c.state == "queued", outbox.c.not_before <= now)
    found = await conn.execute(sa.select(sa.func.min(outbox.c.not_before)).where(due))
    oldest = found.scalar_one()
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
