"""How long things are kept, and removing what is older."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.cases import OPEN
from db.outbox import INTERACTIVE
from db.schema import (
    addresses,
    dialogs,
    invitations,
    limits,
    messages,
    outbox,
    questions,
    reminders,
    seen,
)
from db.schema_cases import case_files, case_texts, cases

DAYS: Mapping[str, int] = MappingProxyType(
    {
        "seen": 3,
        "outbox": 90,
        "messages": 365,
        "questions": 365,
        "dialogs": 1,
        "limits": 1,
        "addresses": 1,
        "invitations": 30,
        "reminders": 400,
    }
)
"""Days after which rows go. Telegram repeats an update for a day at most, so three are enough.

A form left open may hold words that nobody has agreed to keep."""

CASE_DAYS = 365
"""Days after which the words of a closed case go, as the citizen was told when sending it."""
AGED_BY: Mapping[str, sa.Column[dt.datetime]] = MappingProxyType(
    {
        "seen": seen.c.at,
        "outbox": outbox.c.done,
        "messages": messages.c.at,
        "questions": questions.c.at,
        "dialogs": dialogs.c.at,
        "limits": limits.c.begun,
        "addresses": addresses.c.begun,
        "invitations": invitations.c.expires,
        "reminders": reminders.c.due_at,
    }
)
"""The time each table's rows are aged by; a message that has not ended has none and stays."""


async def purge(
    conn: AsyncConnection, *, now: dt.datetime, days: Mapping[str, int] = DAYS
) -> dict[str, int]:
    """Remove what is older than it is kept; gives how many rows of each table went.

    `days` changes how long the tables it names are kept.
    """
    gone = {}
    for name, kept in {**DAYS, **days}.items():
        aged_by = AGED_BY[name]
        over = aged_by < now - dt.timedelta(days=kept)
        if name == "outbox":
            over = sa.or_(over, _last_word())
        gone[name] = (await conn.execute(sa.delete(aged_by.table).where(over))).rowcount
    gone["cases"] = await _forget_cases(conn, now - dt.timedelta(days=CASE_DAYS))
    return gone


async def _forget_cases(conn: AsyncConnection, over: dt.datetime) -> int:
    """Remove words, pictures and citizens of cases closed long ago; log and figures stay."""
    ended = sa.func.coalesce(cases.c.done, cases.c.received) < over
    closed = sa.select(cases.c.id).where(ended, cases.c.state.not_in(OPEN))
    for table in (case_texts, case_files):
        await conn.execute(sa.delete(table).where(table.c.case_id.in_(closed)))
    known = sa.or_(cases.c.person_id.is_not(None), cases.c.sealed != "")
    loosened = sa.update(cases).where(cases.c.id.in_(closed), known)
    return int((await conn.execute(loosened.values(person_id=None, sealed=""))).rowcount)


def _last_word() -> sa.ColumnElement[bool]:
    """Find what was said to somebody after they were erased: nothing of them stays."""
    return sa.and_(
        outbox.c.done.is_not(None),
        outbox.c.person_id.is_(None),
        outbox.c.priority == INTERACTIVE,
    )
