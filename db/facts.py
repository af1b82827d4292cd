"""Small facts of this installation, by name: how far a channel was read, and the like."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import insert
from db.schema import settings


async def get(conn: AsyncConnection, name: str) -> str | None:
    """Give a fact; None where it was never put."""
    found = sa.select(settings.c.value).where(settings.c.name == name)
    value: str | None = (await conn.execute(found)).scalar_one_or_none()
    return value


async def put(conn: AsyncConnection, name: str, value: str) -> None:
    """Write a fact down, or change it."""
    new = insert(conn, settings).values(name=name, value=value)
    await conn.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


async def put_first(conn: AsyncConnection, name: str, value: str) -> str:
    """Write a fact down unless it is there; gives the one that holds."""
    await conn.execute(
        insert(conn, settings).values(name=name, value=value).on_conflict_do_nothing()
    )
    return await get(conn, name) or value


async def swap(conn: AsyncConnection, name: str, old: str, new: str) -> bool:
    """Change a fact that still is the old one; of several who try at once, one does."""
    still = sa.and_(settings.c.name == name, settings.c.value == old)
    return bool((await conn.execute(sa.update(settings).where(still).values(value=new))).rowcount)
