"""How often a person or a network address did something lately, to hold both to a measure."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db import facts
from db.engine import insert
from db.people import Person
from db.schema import addresses, limits

SALT = "addresses.salt"
"""The fact that goes into every digest: without it, all addresses could be tried."""


async def hit(
    conn: AsyncConnection,
    person: Person,
    kind: str,
    *,
    now: dt.datetime,
    window: dt.timedelta,
    most: int,
) -> bool:
    """Count one more in the running window; False where that is more than `most`."""
    who = {"person_id": person.id, "kind": kind}
    return await _count(conn, limits, who, now=now, window=window) <= most


async def hit_address(
    conn: AsyncConnection,
    address: str,
    kind: str,
    *,
    now: dt.datetime,
    window: dt.timedelta,
    most: int,
) -> bool:
    """Count as `hit` does, for a network address; it is kept only as a salted digest."""
    salt = await facts.put_first(conn, SALT, secrets.token_hex(16))
    digest = hashlib.sha256(f"{salt}:{address}".encode()).hexdigest()
    who = {"address": digest, "kind": kind}
    return await _count(conn, addresses, who, now=now, window=window) <= most


async def _count(
    conn: AsyncConnection,
    table: sa.Table,
    who: dict[str, Any],
    *,
    now: dt.datetime,
    window: dt.timedelta,
) -> int:
    over = table.c.begun <= now - window
    counted = (
        insert(conn, table)
        .values(**who, begun=now, count=1)
        .on_conflict_do_update(
            index_elements=list(who),
            set_={
                "begun": sa.case((over, now), else_=table.c.begun),
                "count": sa.case((over, 1), else_=table.c.count + 1),
            },
        )
        .returning(table.c.count)
    )
    return int((await conn.execute(counted)).scalar_one())
