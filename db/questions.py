"""What people asked and what was found, masked, for the curators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people import Person
from db.schema import questions

HELPED = ("yes", "no", "other")


@dataclass(frozen=True)
class Asked:
    """A question as kept: who asked it only as a number, to count people."""

    id: int
    person_id: int | None
    at: dt.datetime
    lang: str
    text: str
    status: str
    refs: Sequence[str]
    helped: str


_ADD = sa.insert(questions)


async def add(
    conn: AsyncConnection,
    text: str,
    *,
    channel: str,
    lang: str,
    status: str,
    refs: Iterable[str],
    now: dt.datetime,
    person: Person | None = None,
) -> int:
    """Write down a question (already masked) with what was found for it; gives its number."""
    added = await conn.execute(
        _ADD,
        {
            "person_id": person.id if person else None,
            "at": now,
            "channel": channel,
            "lang": lang,
            "text": text,
            "status": status,
            "refs": list(refs),
        },
    )
    key = added.inserted_primary_key
    assert key is not None, "an insert of one row gives its key"
    return int(key[0])


async def rate(conn: AsyncConnection, number: int, person: Person, helped: str) -> bool:
    """Note what a person says of the answer to their question; False where it is not theirs."""
    done = await conn.execute(
        sa.update(questions)
        .where(questions.c.id == number, questions.c.person_id == person.id)
        .values(helped=helped)
    )
    return bool(done.rowcount)


async def to_look_at(conn: AsyncConnection, *, since: dt.datetime) -> list[Asked]:
    """Give the open questions that got no answer, or one that did not help, oldest first."""
    rows = await conn.execute(
        sa.select(questions)
        .where(
            questions.c.closed.is_(None),
            questions.c.at >= since,
            sa.or_(questions.c.status == "refused", questions.c.helped.in_(("no", "other"))),
        )
        .order_by(questions.c.id)
    )
    return [_asked(row) for row in rows]


async def find(conn: AsyncConnection, number: int) -> Asked | None:
    """Give a question."""
    row = (await conn.execute(sa.select(questions).where(questions.c.id == number))).one_or_none()
    return _asked(row) if row else None


async def everything(conn: AsyncConnection) -> list[Asked]:
    """Give all questions that are kept, oldest first."""
    rows = await conn.execute(sa.select(questions).order_by(questions.c.id))
    return [_asked(row) for row in rows]


async def close(
    conn: AsyncConnection, numbers: Iterable[int], *, by: int, meant: str, now: dt.datetime
) -> None:
    """Take questions off the list; `meant` is what they mean, "" where they mean nothing here."""
    await conn.execute(
        sa.update(questions)
        .where(questions.c.id.in_(list(numbers)), questions.c.closed.is_(None))
        .values(closed=now, closed_by=by, meant=meant)
    )


async def adopted(conn: AsyncConnection) -> list[tuple[str, str, str]]:
    """Give what curators told questions to mean: words, language, reference."""
    rows = await conn.execute(
        sa.select(questions.c.text, questions.c.lang, questions.c.meant)
        .where(questions.c.meant != "")
        .order_by(questions.c.id)
    )
    return [(row.text, row.lang, row.meant) for row in rows]


def _asked(row: sa.Row[tuple[object, ...]]) -> Asked:
    return Asked(
        row.id, row.person_id, row.at, row.lang, row.text, row.status, row.refs, row.helped
    )
