"""How often a person did something lately, so that nobody can do it without end."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import insert
from db.people import Person
from db.schema import limits


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
    new = insert(conn, limits).values(person_id=person.id, kind=kind, begun=now, count=1)
    over = limits.c.begun <= now - window
    counted = new.on_conflict_do_update(
        index_elements=["person_id", "kind"],
        set_={
            "begun": sa.case((over, now), else_=limits.c.begun),
            "count": sa.case((over, 1), else_=limits.c.count + 1),
        },
    ).returning(limits.c.count)
    return int((await conn.execute(counted)).scalar_one()) <= most
