"""What people want to be told of: topics they subscribed to."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import insert
from db.people import Person
from db.schema import topics


async def of(conn: AsyncConnection, person: Person) -> frozenset[str]:
    """Give the topics somebody subscribed to."""
    found = sa.select(topics.c.topic).where(topics.c.person_id == person.id)
    return frozenset((await conn.execute(found)).scalars())


async def subscribe(conn: AsyncConnection, person: Person, topic: str) -> None:
    """Subscribe somebody to a topic; once is enough."""
    new = insert(conn, topics).values(person_id=person.id, topic=topic)
    await conn.execute(new.on_conflict_do_nothing())


async def unsubscribe(conn: AsyncConnection, person: Person, topic: str) -> None:
    """Take somebody off a topic."""
    gone = sa.delete(topics).where(topics.c.person_id == person.id, topics.c.topic == topic)
    await conn.execute(gone)
