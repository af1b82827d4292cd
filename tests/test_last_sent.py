"""What somebody was sent last: answers, letters, and what was said since and kept nowhere."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import leases, outbox, people
from db.last_sent import last_sent
from db.outbox import INTERACTIVE, REMINDER
from db.people import Person
from tests.test_database import NOON, empty, ready, somebody, using

__all__ = ["empty", "ready"]
SECOND = dt.timedelta(seconds=1)


async def went(
    conn: AsyncConnection, person: Person, text: str, *, said: int, sent: int, letter: bool = False
) -> None:
    """Queue a message and let it go out, at seconds after noon."""
    number = await outbox.add(
        conn,
        key=text,
        channel=person.channel,
        user=person.user,
        body={"text": text},
        priority=REMINDER if letter else INTERACTIVE,
        now=NOON + said * SECOND,
        person_id=person.id,
        lease_by="us",
        lease_until=NOON + 60 * SECOND,
    )
    assert number
    now = NOON + sent * SECOND
    assert await leases.settle(conn, number, by="us", state="sent", now=now)


async def heard(conn: AsyncConnection, person: Person, at: int) -> None:
    """Let the person say something, at seconds after noon."""
    assert await people.first_time(conn, person, f"m{at}", now=NOON + at * SECOND)


@pytest.mark.parametrize(
    ("sent", "said", "last"),
    [
        ([], [], None),
        ([("answer", 1, 2, False)], [1], "answer"),
        ([("answer", 1, 2, False)], [1, 3], None),
        ([("answer", 1, 4, False)], [1, 3], None),
        ([("answer", 1, 2, False), ("letter", 0, 5, True)], [1, 3], "letter"),
        ([("letter", 0, 5, True), ("answer", 6, 7, False)], [6], "answer"),
        ([("answer", 1, 2, False), ("letter", 0, 5, True)], [1, 6], None),
    ],
)
def test_what_was_sent_last_is_given_unless_more_was_said(
    ready: str, sent: list[tuple[str, int, int, bool]], said: list[int], last: str | None
) -> None:
    async def work(engine: AsyncEngine) -> str | None:
        lan, minh = await somebody(engine, "lan"), await somebody(engine, "minh")
        async with engine.begin() as conn:
            await went(conn, minh, "to another", said=50, sent=51)
            await heard(conn, minh, 50)
            for text, at, done, letter in sent:
                await went(conn, lan, text, said=at, sent=done, letter=letter)
            for at in said:
                await heard(conn, lan, at)
            found = await last_sent(conn, lan.channel, lan.user)
        return found.body["text"] if found else None

    assert using(ready, work) == last
