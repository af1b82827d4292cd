"""The conversation as the person saw it, so that a reload or a restart shows it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people import Person
from db.schema import messages

KEPT = 200
"""How many messages of a conversation are shown again (the newest)."""


@dataclass(frozen=True)
class Message:
    """One bubble: `mine` is the person's; `body` holds what a channel needs to draw a reply."""

    id: int
    at: dt.datetime
    mine: bool
    text: str
    body: Mapping[str, Any]


_ADD = sa.insert(messages)
_LAST = (
    sa.select(messages.c.body)
    .where(messages.c.person_id == sa.bindparam("person"), messages.c.mine.is_(False))
    .order_by(messages.c.id.desc())
    .limit(1)
)


async def add(
    conn: AsyncConnection,
    person: Person,
    text: str,
    body: Mapping[str, Any],
    *,
    mine: bool,
    now: dt.datetime,
) -> int:
    """Append a message and give its number."""
    added = await conn.execute(
        _ADD, {"person_id": person.id, "at": now, "mine": mine, "text": text, "body": dict(body)}
    )
    key = added.inserted_primary_key
    assert key is not None, "an insert of one row gives its key"
    return int(key[0])


async def history(conn: AsyncConnection, person: Person, *, after: int = 0) -> list[Message]:
    """Give the newest messages of a conversation (those after a number), oldest first."""
    rows = await conn.execute(
        sa.select(messages)
        .where(messages.c.person_id == person.id, messages.c.id > after)
        .order_by(messages.c.id.desc())
        .limit(KEPT)
    )
    found = [Message(row.id, row.at, row.mine, row.text, row.body) for row in rows]
    return found[::-1]


async def last_subject(conn: AsyncConnection, person: Person) -> str:
    """Give what the bot's last reply was about, in words; empty where it was about nothing."""
    body = (await conn.execute(_LAST, {"person": person.id})).scalar_one_or_none()
    return str(body.get("subject", "")) if body else ""


async def erase(conn: AsyncConnection, person: Person) -> None:
    """Remove all a person and the bot said to each other."""
    await conn.execute(sa.delete(messages).where(messages.c.person_id == person.id))
