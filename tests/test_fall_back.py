"""A message a channel does not take goes to another of the person, on one way at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.channel import ClosedError, DeliveryError, LaterError, Shows
from bot.deliver import Deliverer
from bot.library import Library
from bot.pace import Pace
from db import linked, outbox, people, schema
from db.people import Person
from handlers.message import Address, Request
from tests.talk import NOON, Talk
from tests.test_database import empty, ready, using

__all__ = ["empty", "ready"]


def rows(talk: Talk, statement: sa.Select[Any]) -> list[Any]:
    """Read the database."""

    async def read() -> list[Any]:
        async with talk.engine.begin() as conn:
            return list((await conn.execute(statement)).all())

    return talk.wait(read())


class Platform:
    """A channel that does with messages what it is told."""

    shows = Shows(2000)
    pace = Pace()

    def __init__(self, name: str) -> None:
        self.name = name
        self.error: DeliveryError | None = None
        self.sent: list[str] = []

    async def send(self, user: str, body: Mapping[str, Any]) -> str:
        """Send, or refuse."""
        if self.error:
            raise self.error
        self.sent.append(f"{user}: {body['text']}")
        return "1"

    def routes(self) -> list[Any]:
        """None."""
        return []

    async def run(self) -> None:
        """Receive nothing."""

    async def close(self) -> None:
        """Close nothing."""


async def linked_person(talk: Talk) -> Person:
    """Give a person on Telegram and Zalo, who wrote on Zalo last."""
    for channel in ("telegram", "zalo-oa"):
        await talk.service.take(Request(Address(channel, "7"), f"{channel}-1", "cảm ơn"))
    async with talk.engine.begin() as conn:
        first, second = [await people.find(conn, name, "7") for name in ("telegram", "zalo-oa")]
        assert first
        assert second
        await linked.join(conn, second, first)
    await talk.service.take(Request(Address("zalo-oa", "7"), "z-2", "cảm ơn"))
    async with talk.engine.begin() as conn:
        found = await people.by_id(conn, first.id)
    assert found
    return found


async def queue(talk: Talk, person: Person, key: str, priority: int = outbox.REMINDER) -> None:
    """Queue a message as ticks and acts do."""
    async with talk.engine.begin() as conn:
        to = outbox.Queued(key, person.channel, person.user, {"text": key}, person.id)
        await outbox.add_all(conn, [to], priority=priority, now=talk.service.clock())


async def deliver(talk: Talk, *platforms: Platform) -> None:
    """Let every channel send what is due for it, until nothing is."""
    senders = [Deliverer(talk.engine, platform, talk.service.clock) for platform in platforms]
    for _ in range(4):
        for sender in senders:
            await sender.take_due()
            await sender.drain()


def state_of(talk: Talk, key: str) -> tuple[str, str, str]:
    """Give channel, state and reason of a message."""
    found = sa.select(schema.outbox).where(schema.outbox.c.key == key)
    (row,) = rows(talk, found)
    return row.channel, row.state, row.reason


@pytest.fixture
def talk(library: Library, tmp_path: Path) -> Iterator[Talk]:
    """Give a database."""
    with Talk(library, tmp_path) as talk:
        yield talk


def test_a_message_goes_where_it_is_likeliest_to_arrive_then_elsewhere(talk: Talk) -> None:
    person = talk.wait(linked_person(talk))
    assert person.channel == "zalo-oa"
    telegram, zalo = Platform("telegram"), Platform("zalo-oa")
    zalo.error = ClosedError(linked.WINDOW)
    talk.wait(queue(talk, person, "case:1"))
    talk.wait(deliver(talk, zalo, telegram))
    assert telegram.sent == ["7: case:1"]
    assert state_of(talk, "case:1") == ("telegram", "sent", "zalo-oa: window closed")
    # What comes next goes there at once.
    assert talk.wait(linked_number(talk, person)) == "telegram"


async def linked_number(talk: Talk, person: Person) -> str:
    async with talk.engine.begin() as conn:
        found = await people.by_id(conn, person.id)
    assert found
    return found.channel


def test_where_nothing_takes_it_the_reasons_say_so_and_it_goes_when_they_write(talk: Talk) -> None:
    person = talk.wait(linked_person(talk))
    telegram, zalo = Platform("telegram"), Platform("zalo-oa")
    telegram.error = ClosedError("blocked by the user")
    zalo.error = ClosedError(linked.WINDOW)
    for key in ("case:1", "remind:old"):
        talk.wait(queue(talk, person, key))
    talk.wait(deliver(talk, telegram, zalo))
    assert telegram.sent == zalo.sent == []
    assert state_of(talk, "case:1")[1] == "blocked"
    assert "blocked by the user" in state_of(talk, "case:1")[2]
    assert "window closed" in state_of(talk, "case:1")[2]


def test_alone_a_closed_window_waits_until_the_person_writes(talk: Talk) -> None:
    zalo = Platform("zalo-oa")
    talk.wait(talk.service.take(Request(Address("zalo-oa", "7"), "z-1", "cảm ơn")))

    async def found() -> Person:
        async with talk.engine.begin() as conn:
            person = await people.find(conn, "zalo-oa", "7")
        assert person
        return person

    person = talk.wait(found())
    zalo.error = ClosedError(linked.WINDOW)
    for key in ("case:1", "remind:old"):
        talk.wait(queue(talk, person, key))
    talk.wait(deliver(talk, zalo))
    assert state_of(talk, "case:1") == ("zalo-oa", "blocked", "window closed")
    zalo.error = None
    talk.wait(talk.service.reachable("zalo-oa", "7", blocked=False))
    talk.wait(deliver(talk, zalo))
    assert zalo.sent == ["7: case:1"]  # an old reminder has newer ones in its place
    assert state_of(talk, "remind:old")[1] == "blocked"


def test_a_spent_quota_sends_it_elsewhere_once(talk: Talk) -> None:
    person = talk.wait(linked_person(talk))
    telegram, zalo = Platform("telegram"), Platform("zalo-oa")
    telegram.error = zalo.error = LaterError("quota", 600, all_chats=True, spent=True)
    talk.wait(queue(talk, person, "remind:1"))
    talk.wait(deliver(talk, zalo, telegram))
    channel, state, reason = state_of(talk, "remind:1")
    assert (channel, state, reason) == ("telegram", "queued", "zalo-oa: quota")


def test_an_announcement_comes_once(talk: Talk) -> None:
    async def both() -> tuple[Person, Person]:
        for channel in ("telegram", "zalo-oa"):
            await talk.service.take(Request(Address(channel, "7"), f"{channel}-1", "cảm ơn"))
        async with talk.engine.begin() as conn:
            found = [await people.find(conn, name, "7") for name in ("telegram", "zalo-oa")]
        assert found[0]
        assert found[1]
        return found[0], found[1]

    first, second = talk.wait(both())
    for person in (first, second):
        key = f"announce:12:person:{person.id}"
        talk.wait(queue(talk, person, key, outbox.ANNOUNCEMENT))
    talk.wait(queue(talk, second, f"announce:13:person:{second.id}", outbox.ANNOUNCEMENT))

    async def joined() -> None:
        async with talk.engine.begin() as conn:
            await linked.join(conn, second, first)

    talk.wait(joined())
    telegram, zalo = Platform("telegram"), Platform("zalo-oa")
    talk.wait(deliver(talk, telegram, zalo))
    assert telegram.sent == [f"7: announce:12:person:{first.id}"]
    assert zalo.sent == [f"7: announce:13:person:{second.id}"]
    assert state_of(talk, f"announce:13:person:{first.id}")[1] == "sent"


def test_both_databases_join_swap_and_part(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        async with engine.begin() as conn:
            new = [
                await people.find_or_add(conn, name, "7", lang="vi", now=NOON)
                for name in ("telegram", "zalo-oa")
            ]
            for person in new:
                key = f"announce:1:person:{person.id}"
                to = outbox.Queued(key, person.channel, "7", {"text": "a"}, person.id)
                await outbox.add_all(conn, [to], priority=outbox.ANNOUNCEMENT, now=NOON)
            code = await linked.make_code(conn, new[0], now=NOON)
            assert await linked.use(conn, code, now=NOON) == new[0]
            await linked.join(conn, new[1], new[0])
            other = await linked.reachable(conn, "telegram", "7", blocked=True, now=NOON)
            await linked.reachable(conn, "zalo-oa", "7", blocked=False, now=NOON)
            found = await people.find(conn, "telegram", "7")
            parted = await linked.part(conn, new[0], "telegram", "7")
            alone = await people.find(conn, "telegram", "7")
            return [other == found, other and other.channel, parted, alone and alone.id]

    assert using(ready, work) == [True, "zalo-oa", True, 2]
