"""Who the bot talks with: one row for each person on each channel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import insert
from db.schema import people, seen


@dataclass(frozen=True)
class Person:
    """A person as stored: the row's number, where they are reached and their language."""

    id: int
    channel: str
    user: str
    lang: str


async def find(conn: AsyncConnection, channel: str, user: str) -> Person | None:
    """Find a person by channel and the channel's id of them."""
    row = (
        await conn.execute(
            sa.select(people).where(people.c.channel == channel, people.c.user == user)
        )
    ).one_or_none()
    return Person(row.id, row.channel, row.user, row.lang) if row else None


async def find_or_add(
    conn: AsyncConnection, channel: str, user: str, *, lang: str, now: dt.datetime
) -> Person:
    """Find a person, or write them down at their first message."""
    new = insert(conn, people).values(channel=channel, user=user, lang=lang, created=now)
    person = await find(conn, channel, user)
    if person is None:
        await conn.execute(new.on_conflict_do_nothing())
        person = await find(conn, channel, user)
    assert person is not None, "the row is ours, or another transaction's that came first"
    return person


async def set_lang(conn: AsyncConnection, person: Person, lang: str) -> None:
    """Remember the language a person chose."""
    await conn.execute(sa.update(people).where(people.c.id == person.id).values(lang=lang))


async def first_time(
    conn: AsyncConnection, person: Person, message: str, *, now: dt.datetime
) -> bool:
    """Write down that a message is being handled; False when it was handled before."""
    new = insert(conn, seen).values(person_id=person.id, message=message, at=now)
    return bool((await conn.execute(new.on_conflict_do_nothing())).rowcount)


async def erase(conn: AsyncConnection, person: Person) -> None:
    """Remove a person with everything that hangs on them."""
    await conn.execute(sa.delete(people).where(people.c.id == person.id))
