"""How long things are kept, and removing what is older."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.schema import invitations, limits, messages, outbox, questions, seen

DAYS: Mapping[str, int] = MappingProxyType(
    {"seen": 3, "outbox": 90, "messages": 365, "questions": 365, "limits": 1, "invitations": 30}
)
"""Days after which rows go. Telegram repeats an update for a day at most, so three are enough."""


async def purge(conn: AsyncConnection, *, now: dt.datetime) -> dict[str, int]:
    """Remove what is older than it is kept; gives how many rows of each table went."""
    over = {
        "seen": sa.delete(seen).where(seen.c.at < _before(now, "seen")),
        "outbox": sa.delete(outbox).where(outbox.c.done < _before(now, "outbox")),
        "messages": sa.delete(messages).where(messages.c.at < _before(now, "messages")),
        "questions": sa.delete(questions).where(questions.c.at < _before(now, "questions")),
        "limits": sa.delete(limits).where(limits.c.begun < _before(now, "limits")),
        "invitations": sa.delete(invitations).where(
            invitations.c.expires < _before(now, "invitations")
        ),
    }
    return {name: (await conn.execute(gone)).rowcount for name, gone in over.items()}


def _before(now: dt.datetime, name: str) -> dt.datetime:
    return now - dt.timedelta(days=DAYS[name])
