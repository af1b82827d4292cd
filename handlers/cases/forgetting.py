"""Erases a citizen from their feedback: the words and pictures go, the log and its figures stay."""

from __future__ import annotations

import datetime as dt

from db import case_log, cases
from db.engine import Connection


async def forget_person(conn: Connection, person: int, now: dt.datetime) -> None:
    """Loosen a citizen from what they sent, and note in each log that the words are gone."""
    own = await cases.forget_person(conn, person)
    await case_log.forget_words(conn, own)
    for case in own:
        await case_log.append(conn, case, "erased", actor=None, role="citizen", now=now)
