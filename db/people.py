"""Who the bot talks with: one row for each person, and one for each further address of theirs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import insert, inserts
from db.schema import (
    audit,
    consents,
    dialogs,
    invitations,
    limits,
    link_codes,
    messages,
    outbox,
    people,
    questions,
    reminders,
    roles,
    seen,
    topics,
)
from db.schema_announcements import readings
from db.schema_cases import case_texts, cases

OWN = (
    *(messages, questions, consents, roles, topics, dialogs, outbox, reminders, seen, limits),
    *(readings, link_codes),
)
"""The tables whose rows belong to a person and go with them."""


@dataclass(frozen=True)
class Person:
    """A person as stored: the row's number, where they are written to and their language."""

    id: int
    channel: str
    user: str
    lang: str


_HERE = people.alias("here")
AT = sa.and_(
    people.c.id == sa.func.coalesce(_HERE.c.same_as, _HERE.c.id),
    _HERE.c.channel == sa.bindparam("channel"),
    _HERE.c.user == sa.bindparam("user"),
)
"""The person at an address, be it a further one of theirs."""
_FIND = sa.select(people).where(AT)
_SEEN = inserts(
    lambda insert: (
        insert(seen)
        .values({name: sa.bindparam(name) for name in ("person_id", "message", "at")})
        .on_conflict_do_nothing()
    )
)


async def find(conn: AsyncConnection, channel: str, user: str) -> Person | None:
    """Find a person by channel and the channel's id of them."""
    return _person(await conn.execute(_FIND, {"channel": channel, "user": user}))


async def by_id(conn: AsyncConnection, number: int) -> Person | None:
    """Find a person by their number."""
    return _person(await conn.execute(sa.select(people).where(people.c.id == number)))


async def came(conn: AsyncConnection, person: Person) -> dt.datetime:
    """Tell when somebody wrote for the first time."""
    found = sa.select(people.c.created).where(people.c.id == person.id)
    moment: dt.datetime = (await conn.execute(found)).scalar_one()
    return moment


def _person(found: sa.CursorResult[Any]) -> Person | None:
    row = found.one_or_none()
    return Person(row.id, row.channel, row.user, row.lang) if row else None


async def find_or_add(
    conn: AsyncConnection, channel: str, user: str, *, lang: str, now: dt.datetime
) -> Person:
    """Find a person, or write them down at their first message."""
    person = await find(conn, channel, user)
    if person is None:
        new = insert(conn, people).values(channel=channel, user=user, lang=lang, created=now)
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
    row = {"person_id": person.id, "message": message, "at": now}
    return bool((await conn.execute(_SEEN(conn), row)).rowcount)


async def set_name(conn: AsyncConnection, person: Person, name: str) -> None:
    """Remember what a member of staff is called."""
    await conn.execute(sa.update(people).where(people.c.id == person.id).values(name=name))


async def set_blocked(
    conn: AsyncConnection, channel: str, user: str, since: dt.datetime | None
) -> None:
    """Note since when messages to somebody bounce; None where they arrive again."""
    found = sa.update(people).where(people.c.channel == channel, people.c.user == user)
    await conn.execute(found.values(blocked=since))


async def move(conn: AsyncConnection, channel: str, old: str, new: str) -> None:
    """Give a conversation its new address, with what is queued for it."""
    there = sa.select(people.c.id).where(people.c.channel == channel, people.c.user == new)
    if (await conn.execute(there)).first() is None:
        moved = sa.update(people).where(people.c.channel == channel, people.c.user == old)
        await conn.execute(moved.values(user=new))
    queued = sa.update(outbox).where(
        outbox.c.channel == channel, outbox.c.user == old, outbox.c.state == "queued"
    )
    await conn.execute(queued.values(user=new))


async def addresses(conn: AsyncConnection, person: Person) -> list[tuple[str, str]]:
    """Give channel and user of all addresses of a person, the one they are written to first."""
    theirs = sa.or_(people.c.id == person.id, people.c.same_as == person.id)
    found = sa.select(people.c.channel, people.c.user).where(theirs)
    first = found.order_by(people.c.same_as.is_not(None), people.c.id)
    return [(row.channel, row.user) for row in await conn.execute(first)]


async def numbers(conn: AsyncConnection, person: Person) -> list[int]:
    """Give the numbers of all rows of a person: what an older backup may hold apart."""
    theirs = sa.or_(people.c.id == person.id, people.c.same_as == person.id)
    found = await conn.execute(sa.select(people.c.id).where(theirs).order_by(people.c.id))
    return list(found.scalars())


async def export(conn: AsyncConnection, person: Person) -> dict[str, Any]:
    """Give everything that is kept of a person, as JSON."""
    own = (await conn.execute(sa.select(people).where(people.c.id == person.id))).one()
    others = await conn.execute(sa.select(people).where(people.c.same_as == person.id))
    kept: dict[str, Any] = {"person": _plain(own), "addresses": [_plain(row) for row in others]}
    for table in OWN:
        rows = await conn.execute(sa.select(table).where(table.c.person_id == person.id))
        kept[table.name] = [_plain(row) for row in rows]
    own_cases = sa.select(cases.c.id).where(cases.c.person_id == person.id)
    for table, column, mine in (
        (cases, cases.c.id, own_cases),
        (case_texts, case_texts.c.case_id, own_cases),
    ):
        rows = await conn.execute(sa.select(table).where(column.in_(mine)))
        kept[table.name] = [_plain(row) for row in rows]
    for table, column in ((invitations, invitations.c.used_by), (audit, audit.c.actor)):
        rows = await conn.execute(sa.select(table).where(column == person.id))
        kept[table.name] = [_plain(row) for row in rows]
    return kept


def _plain(row: sa.Row[Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in row._mapping.items()  # noqa: SLF001 - SQLAlchemy's public name for it
    }


async def erase(conn: AsyncConnection, person: Person) -> None:
    """Remove a person with everything that hangs on them; the audit keeps only their number."""
    named = sa.update(invitations).where(invitations.c.used_by == person.id)
    await conn.execute(named.values(name=""))
    for channel, user in await addresses(conn, person):
        addressed = sa.delete(outbox).where(outbox.c.channel == channel, outbox.c.user == user)
        await conn.execute(addressed)
    theirs = sa.or_(people.c.id == person.id, people.c.same_as == person.id)
    await conn.execute(sa.delete(people).where(theirs))
