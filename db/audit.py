"""What staff did, when and to what; rows are only ever added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.schema import audit

ERASED = "person erased"
"""The act of who erased themselves; the target is the number they had."""


@dataclass(frozen=True)
class Act:
    """One act of staff; `actor` is the person's number, None for the command line."""

    at: dt.datetime
    actor: int | None
    act: str
    target: str
    detail: Mapping[str, Any]


async def note(
    conn: AsyncConnection,
    act: str,
    target: str,
    *,
    actor: int | None,
    now: dt.datetime,
    **detail: str,
) -> None:
    """Write an act down."""
    await conn.execute(
        sa.insert(audit).values(at=now, actor=actor, act=act, target=target, detail=detail)
    )


async def recent(conn: AsyncConnection, limit: int = 50) -> list[Act]:
    """Give the newest acts, newest first."""
    rows = await conn.execute(sa.select(audit).order_by(audit.c.id.desc()).limit(limit))
    return [Act(row.at, row.actor, row.act, row.target, row.detail) for row in rows]


async def actors(conn: AsyncConnection, act: str, target: str) -> set[int]:
    """Give who did something to something."""
    found = sa.select(audit.c.actor).where(audit.c.act == act, audit.c.target == target)
    return {actor for actor in (await conn.execute(found)).scalars() if actor is not None}


async def erased(conn: AsyncConnection) -> list[tuple[int, dt.datetime]]:
    """Give who was ever erased, by number, and when; numbers are never given again."""
    found = sa.select(audit.c.target, audit.c.at).where(audit.c.act == ERASED)
    rows = await conn.execute(found.order_by(audit.c.id))
    return [(int(row.target), row.at) for row in rows]
