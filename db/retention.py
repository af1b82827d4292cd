"""How long things are kept, and removing what is older."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

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

DAYS: Mapping[str, int] = MappingProxyType(
    {
        "seen": 3,
        "outbox": 90,
        "messages": 365,
        "questions": 365,
        "dialogs": 30,
        "limits": 1,
        "addresses": 1,
        "invitations": 30,
        "reminders": 400,
    }
)
"""Days after which rows go. Telegram repeats an update for a day at most, so three are enough."""


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
    return gone


def _last_word() -> sa.ColumnElement[bool]:
    """Find what was said to somebody after they were erased: nothing of them stays."""
    return sa.and_(
        outbox.c.done.is_not(None),
        outbox.c.person_id.is_(None),
        outbox.c.priority == INTERACTIVE,
    )
