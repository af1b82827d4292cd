"""The queue loses nothing, gives each message to one sender, and keeps the order in a chat."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy.ext.asyncio import AsyncEngine

from db import outbox
from db.engine import open_engine, upgrade
from db.outbox import ANNOUNCEMENT, INTERACTIVE, REMINDER, Outgoing
from tests.test_database import NOON, empty, ready, using

__all__ = ["empty", "ready"]
LEASE = dt.timedelta(seconds=60)
USERS = ("an", "binh")


async def put(engine: AsyncEngine, key: str, **how: Any) -> int | None:
    told = {"user": "an", "priority": INTERACTIVE, "now": NOON, "body": {"text": key}, **how}
    async with engine.begin() as conn:
        return await outbox.add(conn, key=key, channel="telegram", **told)


async def take(
    engine: AsyncEngine, by: str = "a", now: dt.datetime = NOON, limit: int = 10
) -> list[Outgoing]:
    async with engine.begin() as conn:
        return await outbox.lease(conn, "telegram", by=by, now=now, until=now + LEASE, limit=limit)


def test_a_key_is_queued_once(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[int | None]:
        return [await put(engine, "remind:1"), await put(engine, "remind:1")]

    first, second = using(ready, work)
    assert first is not None
    assert second is None


def test_answers_go_first_and_one_at_a_time_to_each_person(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[str]:
        await put(engine, "news", priority=ANNOUNCEMENT, user="binh")
        await put(engine, "due", priority=REMINDER)
        await put(engine, "answer 1")
        await put(engine, "answer 2")
        return [row.key for row in await take(engine)]

    assert using(ready, work) == ["answer 1", "news"]


def test_what_is_leased_is_given_to_nobody_else(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[list[str]]:
        for number in range(20):
            await put(engine, f"m{number}", user=f"u{number}")
        found = await asyncio.gather(*(take(engine, by=f"s{at}") for at in range(5)))
        return [[row.key for row in rows] for rows in found]

    given = list(itertools.chain.from_iterable(using(ready, work)))
    assert len(given) == len(set(given)) == 20


def test_a_lease_that_ran_out_leaves_doubt(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[tuple[str, str]]:
        await put(engine, "answer")
        await put(engine, "news", priority=ANNOUNCEMENT, user="binh")
        await take(engine, by="killed")
        later = NOON + LEASE * 2
        for row in await take(engine, by="b", now=later):
            async with engine.begin() as conn:
                await outbox.settle(conn, row.id, by="b", state="sent", now=later)
        async with engine.connect() as conn:
            return sorted(await outbox.counts(conn))

    assert using(ready, work) == [("telegram", "unknown")]


def test_only_the_holder_settles(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[bool]:
        await put(engine, "answer")
        (row,) = await take(engine, by="a")
        async with engine.begin() as conn:
            other = await outbox.settle(conn, row.id, by="b", state="sent", now=NOON)
            own = await outbox.settle(conn, row.id, by="a", state="sent", now=NOON)
            again = await outbox.settle(conn, row.id, by="a", state="failed", now=NOON)
        return [other, own, again]

    assert using(ready, work) == [False, True, False]


def test_what_is_stale_expires_instead(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        await put(engine, "answer", expires=NOON + LEASE)
        found = await take(engine, now=NOON + LEASE * 2)
        async with engine.connect() as conn:
            return [found, *await outbox.counts(conn)]

    assert using(ready, work) == [[], ("telegram", "expired")]


class Queue(RuleBasedStateMachine):
    """Any order of adding, taking, settling, giving back, crashing and waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.engine = open_engine(f"sqlite+aiosqlite:///{Path(self.folder.name) / 'q.db'}")
        self.loop.run_until_complete(upgrade(self.engine))
        self.now = NOON
        self.keys = itertools.count()
        self.added: dict[str, int] = {}
        self.held: dict[int, Outgoing] = {}
        self.ended: dict[int, str] = {}

    def teardown(self) -> None:
        self.loop.run_until_complete(self.engine.dispose())
        self.loop.close()
        self.folder.cleanup()

    @rule(user=st.sampled_from(USERS), priority=st.sampled_from([0, 1, 2]))
    def add(self, user: str, priority: int) -> None:
        key = f"k{next(self.keys)}"
        number = self.loop.run_until_complete(
            put(self.engine, key, user=user, priority=priority, now=self.now)
        )
        assert number is not None
        self.added[key] = number

    @rule()
    def lease(self) -> None:
        found = self.loop.run_until_complete(take(self.engine, now=self.now))
        assert len({row.user for row in found}) == len(found)
        for row in found:
            assert row.id not in self.held
            assert not any(held.user == row.user for held in self.held.values())
            self.held[row.id] = row

    @precondition(lambda self: self.held)
    @rule(state=st.sampled_from(["sent", "failed", "blocked"]))
    def settle(self, state: Any) -> None:
        number, _ = self.held.popitem()
        assert self.loop.run_until_complete(self._settle(number, state))
        self.ended[number] = state

    @precondition(lambda self: self.held)
    @rule(seconds=st.integers(0, 100))
    def postpone(self, seconds: int) -> None:
        number, _ = self.held.popitem()
        until = self.now + dt.timedelta(seconds=seconds)
        assert self.loop.run_until_complete(self._postpone(number, until))

    @rule()
    def crash_and_wait(self) -> None:
        self.held.clear()
        self.now += LEASE * 3

    @invariant()
    def nothing_is_lost(self) -> None:
        counted = self.loop.run_until_complete(self._counts())
        assert sum(counted.values()) == len(self.added)
        ended = sum(n for (_, state), n in counted.items() if state not in ("queued", "unknown"))
        assert ended <= len(self.ended)

    async def _settle(self, number: int, state: Any) -> bool:
        async with self.engine.begin() as conn:
            return await outbox.settle(conn, number, by="a", state=state, now=self.now)

    async def _postpone(self, number: int, until: dt.datetime) -> bool:
        async with self.engine.begin() as conn:
            return await outbox.postpone(conn, number, by="a", not_before=until)

    async def _counts(self) -> dict[tuple[str, str], int]:
        async with self.engine.connect() as conn:
            return await outbox.counts(conn)


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=8, stateful_step_count=20, deadline=None)
