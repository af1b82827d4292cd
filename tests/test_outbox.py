"""The queue loses nothing, gives each message to one sender, and keeps the order in a chat."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from db import leases, outbox, outbox_counts, schema
from db.leases import NO_WORD
from db.outbox import ANNOUNCEMENT, INTERACTIVE, REMINDER, Outgoing
from tests.test_database import NOON, empty, ready, using

__all__ = ["empty", "ready"]
LEASE = dt.timedelta(seconds=60)


async def put(engine: AsyncEngine, key: str, **how: Any) -> int | None:
    told = {"user": "an", "priority": INTERACTIVE, "now": NOON, "body": {"text": key}, **how}
    async with engine.begin() as conn:
        return await outbox.add(conn, key=key, channel="telegram", **told)


async def take(
    engine: AsyncEngine, by: str = "a", now: dt.datetime = NOON, limit: int = 10
) -> list[Outgoing]:
    async with engine.begin() as conn:
        return await leases.lease(conn, "telegram", by=by, now=now, until=now + LEASE, limit=limit)


async def everything(engine: AsyncEngine) -> list[Any]:
    async with engine.connect() as conn:
        rows = await conn.execute(select(schema.outbox).order_by(schema.outbox.c.id))
        return list(rows)


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
                await leases.settle(conn, row.id, by="b", state="sent", now=later)
        async with engine.connect() as conn:
            return sorted(await outbox_counts.counts(conn))

    assert using(ready, work) == [("telegram", "unknown")]


def test_only_the_holder_settles(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[bool]:
        await put(engine, "answer")
        (row,) = await take(engine, by="a")
        async with engine.begin() as conn:
            other = await leases.settle(conn, row.id, by="b", state="sent", now=NOON)
            own = await leases.settle(conn, row.id, by="a", state="sent", now=NOON)
            again = await leases.settle(conn, row.id, by="a", state="failed", now=NOON)
        return [other, own, again]

    assert using(ready, work) == [False, True, False]


def test_what_is_stale_expires_instead(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        await put(engine, "answer", expires=NOON + LEASE)
        found = await take(engine, now=NOON + LEASE * 2)
        async with engine.connect() as conn:
            return [found, *await outbox_counts.counts(conn)]

    assert using(ready, work) == [[], ("telegram", "expired")]


def test_what_never_left_expires_and_what_may_have_left_is_unknown(ready: str) -> None:
    async def work(engine: AsyncEngine) -> dict[str, str]:
        gone = NOON + LEASE
        await put(engine, "never tried", expires=gone)
        await put(engine, "refused", expires=gone, user="binh")
        await put(engine, "lost", expires=gone, user="chi")
        for row in await take(engine, by="killed"):
            if row.key != "lost":
                async with engine.begin() as conn:
                    await leases.postpone(conn, row.id, by="killed", not_before=NOON)
        await take(engine, now=gone + LEASE)
        return {row.key: row.state for row in await everything(engine)}

    assert using(ready, work) == {
        "never tried": "expired",
        "refused": "expired",
        "lost": "unknown",
    }


def test_an_announcement_that_may_have_arrived_is_not_repeated(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        await put(engine, "news", priority=ANNOUNCEMENT)
        (row,) = await take(engine)
        async with engine.begin() as conn:
            await leases.postpone(conn, row.id, by="a", not_before=NOON, doubt=True)
        return [await take(engine), *((r.state, r.reason) for r in await everything(engine))]

    assert using(ready, work) == [[], ("unknown", NO_WORD)]


def test_nobody_gets_two_at_a_time_whatever_comes_in_between(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[list[str]]:
        await put(engine, "due", priority=REMINDER)
        first = await take(engine, by="a")
        await put(engine, "answer")
        return [[row.key for row in rows] for rows in (first, await take(engine, by="b"))]

    assert using(ready, work) == [["due"], []]


def test_messages_are_counted_and_the_oldest_is_told(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        await put(engine, "answer")
        await put(engine, "news", priority=ANNOUNCEMENT, not_before=NOON + LEASE)
        async with engine.connect() as conn:
            lags = [await outbox_counts.lag(conn, NOON + at * LEASE) for at in (-1, 0, 1)]
            return [
                await outbox_counts.counts(conn),
                await outbox_counts.counts_by_priority(conn),
                lags,
            ]

    counted = {("telegram", "queued", INTERACTIVE): 1, ("telegram", "queued", ANNOUNCEMENT): 1}
    assert using(ready, work) == [{("telegram", "queued"): 2}, counted, [0, 0, 60]]


def test_many_senders_hold_one_message_of_a_person_at_a_time(ready: str) -> None:
    async def work(engine: AsyncEngine) -> int:
        for number in range(24):
            user, priority = f"u{number % 4}", number % 3
            await put(engine, f"m{number}", user=user, priority=priority)
        holding: set[str] = set()

        async def send(by: str) -> int:
            sent = 0
            while rows := await take(engine, by=by, limit=2):
                for row in rows:
                    assert row.user not in holding
                    holding.add(row.user)
                await everything(engine)  # The others look meanwhile.
                for row in rows:
                    holding.remove(row.user)
                    async with engine.begin() as conn:
                        sent += await leases.settle(conn, row.id, by=by, state="sent", now=NOON)
            return sent

        first = sum(await asyncio.gather(*(send(f"s{at}") for at in range(4))))
        return first + await send("last")

    assert using(ready, work) == 24


def test_of_a_file_that_was_sent_only_its_name_stays(ready: str) -> None:
    file = {"name": "bang.png", "type": "image/png", "data": "AAAA"}

    async def work(engine: AsyncEngine) -> list[str]:
        await put(engine, "board", body={"text": "x", "files": [file]})
        (row,) = await take(engine)
        kept = []
        for state in ("queued", "sent"):
            async with engine.begin() as conn:
                if state == "sent":
                    await leases.settle(conn, row.id, by="a", state="sent", now=NOON)
                await leases.forget_files(conn, row)
            ((one, *_),) = [row.body["files"] for row in await everything(engine)]
            kept.append(f"{one['name']} {one['data']}")
        return kept

    assert using(ready, work) == ["bang.png AAAA", "bang.png "]
