"""What people asked and what was found, masked and without the person, for the curators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.schema import questions


async def add(
    conn: AsyncConnection,
    text: str,
    *,
    channel: str,
    lang: str,
    status: str,
    refs: Iterable[str],
    now: dt.datetime,
) -> None:
    """Write down a question (already masked) with what was found for it."""
    await conn.execute(
        sa.insert(questions).values(
            at=now, channel=channel, lang=lang, text=text, status=status, refs=list(refs)
        )
    )
