"""What people agreed to: the purpose, the version of the words they saw, and when."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people import Person
from db.schema import consents


async def give(
    conn: AsyncConnection,
    person: Person,
    purpose: str,
    version: str,
    *,
    lang: str,
    now: dt.datetime,
) -> None:
    """Write down that a person agreed to the words of a version."""
    await conn.execute(
        sa.insert(consents).values(
            person_id=person.id, purpose=purpose, version=version, lang=lang, at=now
        )
    )


async def given(conn: AsyncConnection, person: Person, purpose: str) -> str:
    """Give the newest version a person agreed to for a purpose; "" where they did not."""
    newest = (
        sa.select(consents.c.version)
        .where(consents.c.person_id == person.id, consents.c.purpose == purpose)
        .order_by(consents.c.id.desc())
        .limit(1)
    )
    return str((await conn.execute(newest)).scalar_one_or_none() or "")
