"""Small facts of this installation, by name: how far a channel was read, and the like."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import inserts
from db.schema import settings

_GET = sa.select(settings.c.value).where(settings.c.name == sa.bindparam("name"))
_PUT = inserts(
    lambda insert: (
        insert(settings)
        .values(name=sa.bindparam("name"), value=sa.bindparam("value"))
        .on_conflict_do_update(
            index_elements=["name"], set_={"value": sa.bindparam("value", type_=sa.String)}
        )
    )
)
_PUT_FIRST = inserts(
    lambda insert: (
        insert(settings)
        .values(name=sa.bindparam("name"), value=sa.bindparam("value"))
        .on_conflict_do_nothing()
    )
)


async def get(conn: AsyncConnection, name: str) -> str | None:
    """Give a fact; None where it was never put."""
    value: str | None = (await conn.execute(_GET, {"name": name})).scalar_one_or_none()
    return value


async def put(conn: AsyncConnection, name: str, value: str) -> None:
    """Write a fact down, or change it."""
    await conn.execute(_PUT(conn), {"name": name, "value": value})


async def put_first(conn: AsyncConnection, name: str, value: str) -> str:
    """Write a fact down unless it is there; gives the one that holds."""
    there = await get(conn, name)
    if there is None:
        await conn.execute(_PUT_FIRST(conn), {"name": name, "value": value})
        there = await get(conn, name)
    return there or value


async def swap(conn: AsyncConnection, name: str, old: str, new: str) -> bool:
    """Change a fact that still is the old one; of several who try at once, one does."""
    still = sa.and_(settings.c.name == name, settings.c.value == old)
    return bool((await conn.execute(sa.update(settings).where(still).values(value=new))).rowcount)
