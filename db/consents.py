"""What people agreed to: the purpose, the version of the words they saw, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people import Person
from db.schema import consents


@dataclass(frozen=True)
class Consent:
    """A consent that holds: for what, to which version of the words, in which language, when."""

    purpose: str
    version: str
    lang: str
    at: dt.datetime


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
    """Give the newest version a person agreed to for a purpose; "" where none holds."""
    holding = [one.version for one in await current(conn, person) if one.purpose == purpose]
    return holding[-1] if holding else ""


async def current(conn: AsyncConnection, person: Person) -> list[Consent]:
    """Give the consents of a person that hold, oldest first."""
    rows = await conn.execute(
        sa.select(consents)
        .where(consents.c.person_id == person.id, consents.c.withdrawn.is_(None))
        .order_by(consents.c.id)
    )
    return [Consent(row.purpose, row.version, row.lang, row.at) for row in rows]


async def withdraw(
    conn: AsyncConnection, person: Person, purpose: str, *, now: dt.datetime
) -> bool:
    """Take a consent back, in all its versions; False where none holds."""
    done = await conn.execute(
        sa.update(consents)
        .where(
            consents.c.person_id == person.id,
            consents.c.purpose == purpose,
            consents.c.withdrawn.is_(None),
        )
        .values(withdrawn=now)
    )
    return bool(done.rowcount)
