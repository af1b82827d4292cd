"""One person on several channels: linking codes, joining two into one, and where to write to."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db import people as persons
from db.engine import insert
from db.outbox import REMINDER
from db.people import OWN, Person
from db.schema import (
    dialogs,
    invitations,
    limits,
    link_codes,
    outbox,
    people,
    reminders,
    roles,
    seen,
    topics,
)
from db.schema_announcements import announcements, readings
from db.schema_cases import cases

VALID = dt.timedelta(minutes=15)
"""How long a code can be typed elsewhere: one has both channels at hand."""
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What codes are made of: nothing that reads like something else."""
LENGTH = 8
LOOKED_AT = ("web", "terminal")
"""Channels on which nothing reaches people unless they look."""
WINDOW = "window closed"
"""Why a message waits until the person writes: the platform lets it go only then."""
WAITS = dt.timedelta(days=7)
"""How long such a message is worth sending."""
_ONCE: tuple[tuple[sa.Table, tuple[str, ...]], ...] = (
    (seen, ("message",)),
    (topics, ("topic",)),
    (readings, ("announcement",)),
    (roles, ("role", "agency")),
    (dialogs, ()),
)
"""Tables in which a person has one row for each of some columns."""


async def make_code(conn: AsyncConnection, person: Person, *, now: dt.datetime) -> str:
    """Write down a new code, in the place of an older one, and give it."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    values = {"code_hash": _digest(code), "expires": now + VALID}
    new = insert(conn, link_codes).values(person_id=person.id, **values)
    await conn.execute(new.on_conflict_do_update(index_elements=["person_id"], set_=values))
    return code


async def find(conn: AsyncConnection, code: str, *, now: dt.datetime) -> Person | None:
    """Give whose code this is; None where it is unknown, used or over."""
    open_ = sa.select(link_codes.c.person_id).where(
        link_codes.c.code_hash == _digest(code), link_codes.c.expires > now
    )
    number = (await conn.execute(open_)).scalar_one_or_none()
    return await persons.by_id(conn, number) if number is not None else None


async def use(conn: AsyncConnection, code: str, *, now: dt.datetime) -> Person | None:
    """Give whose code this is and use it up, which works once."""
    found = await find(conn, code, now=now)
    gone = sa.delete(link_codes).where(link_codes.c.code_hash == _digest(code))
    return found if (await conn.execute(gone)).rowcount else None


async def has_form(conn: AsyncConnection, person: Person) -> bool:
    """Tell whether somebody is in a form."""
    found = sa.select(dialogs.c.person_id).where(dialogs.c.person_id == person.id)
    return (await conn.execute(found)).first() is not None


async def join(conn: AsyncConnection, person: Person, into: Person) -> None:
    """Make a person a further address of another: all that is kept of them follows.

    The form of `into` stands; where there is none, the other's goes on.
    """
    for table, columns in _ONCE:
        await _move_once(conn, table, columns, person, into)
    await _rename(conn, outbox, person, into)
    await _rename(conn, reminders, person, into)
    for table in (limits, link_codes):
        await conn.execute(sa.delete(table).where(table.c.person_id == person.id))
    moved = [
        *(table.c.person_id for table in OWN if table is not limits),
        *(cases.c.person_id, invitations.c.used_by),
        *(announcements.c.written_by, announcements.c.approved_by, people.c.same_as),
    ]
    for column in moved:
        change = sa.update(column.table).where(column == person.id)
        await conn.execute(change.values({column.name: into.id}))
    named = sa.select(people.c.name).where(people.c.id == person.id).scalar_subquery()
    nameless = sa.update(people).where(people.c.id == into.id, people.c.name == "")
    await conn.execute(nameless.values(name=named))
    last = sa.update(people).where(people.c.id == person.id)
    await conn.execute(last.values(same_as=into.id, name=""))


async def _move_once(
    conn: AsyncConnection, table: sa.Table, columns: tuple[str, ...], person: Person, into: Person
) -> None:
    """Remove what both have, before the rest is moved."""
    theirs = table.alias()
    both = sa.exists().where(
        theirs.c.person_id == into.id, *(theirs.c[name] == table.c[name] for name in columns)
    )
    await conn.execute(sa.delete(table).where(table.c.person_id == person.id, both))


async def _rename(conn: AsyncConnection, table: Any, person: Person, into: Person) -> None:
    """Let keys that name a person name the other: nothing goes to both, or twice to one."""
    ending = f":{person.id}"
    named = sa.select(table.c.id, table.c.key).where(
        table.c.person_id == person.id, table.c.key.endswith(ending)
    )
    for row in (await conn.execute(named)).all():
        key = f"{row.key.removesuffix(ending)}:{into.id}"
        there = await conn.execute(sa.select(table.c.id).where(table.c.key == key))
        same = table.c.id == row.id
        if there.first() is None:
            await conn.execute(sa.update(table).where(same).values(key=key))
        elif table is outbox:
            waits = outbox.c.state.in_(("queued", "paused")) & outbox.c.lease_until.is_(None)
            twice = sa.update(outbox).where(same, waits)
            await conn.execute(twice.values(state="expired", reason="has it already"))


async def part(conn: AsyncConnection, person: Person, channel: str, user: str) -> bool:
    """Take an address from a person: whoever writes there is somebody new; False for the last."""
    row = await _further(conn, person, channel, user)
    if row is None:
        others = [one for one in await persons.addresses(conn, person) if one != (channel, user)]
        if not others or (person.channel, person.user) != (channel, user):
            return False
        await prefer(conn, person, *others[0])
        row = await _further(conn, person, channel, user)
    alone = sa.update(people).where(people.c.id == row)
    await conn.execute(alone.values(same_as=None))
    now_at = await persons.by_id(conn, person.id)
    assert now_at is not None, "it is there"
    there = sa.and_(outbox.c.channel == channel, outbox.c.user == user)
    waiting = sa.update(outbox).where(
        there, outbox.c.person_id == person.id, outbox.c.priority > 0, outbox.c.state == "queued"
    )
    await conn.execute(waiting.values(channel=now_at.channel, user=now_at.user))
    return True


async def prefer(conn: AsyncConnection, person: Person, channel: str, user: str) -> None:
    """Write to a person at another of their addresses from now on."""
    row = await _further(conn, person, channel, user)
    if row is None:
        return
    rows = await conn.execute(sa.select(people).where(people.c.id.in_((person.id, row))))
    found = {one.id: one for one in rows}
    aside = f"~{row}"  # two rows may not have one address, not even for a moment
    for number, source, name in (
        (row, person.id, aside),
        (person.id, row, None),
        (row, person.id, None),
    ):
        one = found[source]
        values = {"channel": one.channel, "user": name or one.user, "blocked": one.blocked}
        await conn.execute(sa.update(people).where(people.c.id == number).values(values))


async def wrote(conn: AsyncConnection, person: Person, channel: str, user: str) -> None:
    """Note where somebody wrote: there a message is likeliest to arrive, if the platform brings it.

    Web chat and terminal bring nothing; they are written to only where there is nothing else.
    """
    if channel not in LOOKED_AT or person.channel in LOOKED_AT:
        await prefer(conn, person, channel, user)


async def reachable(
    conn: AsyncConnection, channel: str, user: str, *, blocked: bool, now: dt.datetime
) -> Person | None:
    """Note that messages to an address bounce, or arrive again: then what waited for that goes.

    Gives the person where they are written to at another of their addresses from now on.
    """
    await persons.set_blocked(conn, channel, user, now if blocked else None)
    if not blocked:
        await _go_on(conn, channel, user, now)
        return None
    person = await persons.find(conn, channel, user)
    return await elsewhere(conn, person, channel, user) if person else None


async def elsewhere(
    conn: AsyncConnection, person: Person, channel: str, user: str
) -> Person | None:
    """Write to a person anywhere but at one address; None where there is nothing else."""
    theirs = sa.or_(people.c.id == person.id, people.c.same_as == person.id)
    here = sa.and_(people.c.channel == channel, people.c.user == user)
    others = sa.select(people).where(theirs, ~here, people.c.blocked.is_(None))
    best = others.order_by(people.c.channel.in_(LOOKED_AT), people.c.same_as.is_not(None))
    found = (await conn.execute(best)).first()
    if found is None:
        return None
    await prefer(conn, person, found.channel, found.user)
    return await persons.by_id(conn, person.id)


async def _go_on(conn: AsyncConnection, channel: str, user: str, now: dt.datetime) -> None:
    """Let go what waited until somebody writes; reminders have newer ones in their place."""
    waits = sa.update(outbox).where(
        outbox.c.channel == channel,
        outbox.c.user == user,
        outbox.c.state == "blocked",
        outbox.c.reason.endswith(WINDOW),
        outbox.c.priority == REMINDER,
        outbox.c.created > now - WAITS,
        ~outbox.c.key.startswith("remind:"),
    )
    await conn.execute(waits.values(state="queued", done=None, tries=0, reason=""))


async def _further(conn: AsyncConnection, person: Person, channel: str, user: str) -> int | None:
    found = sa.select(people.c.id).where(
        people.c.same_as == person.id, people.c.channel == channel, people.c.user == user
    )
    number: int | None = (await conn.execute(found)).scalar_one_or_none()
    return number


def _digest(code: str) -> str:
    plain = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
