"""How often a person or a network address did something lately, to hold both to a measure."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db import facts
from db.engine import inserts
from db.people import Person
from db.schema import addresses, limits

SALT = "addresses.salt"
"""The fact that goes into every digest: without it, all addresses could be tried."""


def _counting(table: sa.Table, *who: str) -> Callable[[AsyncConnection], Any]:
    """Build the statement that counts one more, from the start again where the window is over."""
    now: Any = sa.bindparam("now")
    over = table.c.begun <= sa.bindparam("over")
    again = {
        "begun": sa.case((over, now), else_=table.c.begun),
        "count": sa.case((over, 1), else_=table.c.count + 1),
    }
    new: dict[str, Any] = {name: sa.bindparam(name) for name in who}
    return inserts(
        lambda insert: (
            insert(table)
            .values(**new, begun=now, count=1)
            .on_conflict_do_update(index_elements=list(who), set_=again)
            .returning(table.c.count)
        )
    )


_LIMITS = _counting(limits, "person_id", "kind")
_ADDRESSES = _counting(addresses, "address", "kind")


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
    return await _count(conn, _LIMITS, who, now=now, window=window) <= most


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
    return await _count(conn, _ADDRESSES, who, now=now, window=window) <= most


async def _count(
    conn: AsyncConnection,
    counting: Callable[[AsyncConnection], Any],
    who: dict[str, Any],
    *,
    now: dt.datetime,
    window: dt.timedelta,
) -> int:
    row = {**who, "now": now, "over": now - window}
    return int((await conn.execute(counting(conn), row)).scalar_one())
