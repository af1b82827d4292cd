"""Lets one transaction at a time through, whichever process it belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection


async def one_at_a_time(conn: AsyncConnection, name: str) -> None:
    """Wait for other transactions under this name to end; SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        key = sa.func.hashtext(name)
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
