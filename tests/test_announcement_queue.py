"""An announcement in the queue: once for each person, through kills and pauses."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.announcing import queue_one
from bot.channels.channel import LaterError, Shows
from bot.deliver import Deliverer
from bot.library import Library
from bot.pace import Pace
from db import announced, announcements, leases, people, roles, topics
from db.engine import Connection, patiently
from db.outbox import Outgoing
from db.roles import Role
from tests.office import Office
from tests.test_database import NOON, empty, ready, using

__all__ = ["empty", "ready"]

NEWS = "Từ 1/4, Bộ phận Một cửa làm việc cả sáng thứ Bảy."
AN_HOUR = dt.timedelta(hours=1)


class Shaky:
    """A platform that loses answers, refuses for a while, and lets the program die."""

    name = "web"
    shows = Shows(4096)
    pace = Pace()

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.got: list[str] = []

    def routes(self) -> list[Any]:
        """There is nothing to serve."""
        return []

    async def run(self) -> None:
        """There is nothing to receive."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def send(self, user: str, body: Mapping[str, Any]) -> str:
        """Take it, or not."""
        del body
        fate = self.chance.random()
        if fate < 0.02:
            raise LaterError("not now", 0.001)
        self.got.append(user)
        if fate < 0.03:
            raise LaterError("the answer was lost", doubt=True)
        if fate < 0.05:
            raise SystemError("the program dies here")
        return str(len(self.got))


def test_everybody_gets_it_once_through_kills(library: Library, tmp_path: Path) -> None:
    count = int(os.environ.get("SOAK_RECIPIENTS", "2000"))
    with Office(library, tmp_path) as office:
        office.set("2026-03-10", "09:00")
        talk = office.talks["an"]
        number = talk.wait(_many(office, count))
        platform = Shaky(random.Random(4))
        talk.wait(_deliver_with_kills(office, platform, number, count))
        counted = talk.wait(_states(office, number))
    assert sum(counted.values()) == count
    assert set(counted) <= {"sent", "unknown"}
    assert len(platform.got) == len(set(platform.got)), "somebody got it twice"
    assert counted["sent"] + counted["unknown"] >= len(set(platform.got))


async def _many(office: Office, count: int) -> int:
    talk = office.talks["an"]
    async with talk.engine.begin() as conn:
        for number in range(count):
            person = await people.find_or_add(conn, "web", f"p{number}", lang="vi", now=office.now)
            await topics.subscribe(conn, person, "thu-tuc")
        content = {
            "texts": {"vi": NEWS},
            "audience": {},
            "topic": "thu-tuc",
            "at": office.now.isoformat(),
        }
        one = await announcements.add(conn, content, by=1, now=office.now)
        bodies = {"vi": {"text": NEWS, "buttons": []}, "en": {"text": NEWS, "buttons": []}}
        told: dict[str, Any] = {"content": content}
        assert await announced.queue(conn, one, bodies, now=office.now, **told) == count
        assert await announced.queue(conn, one, bodies, now=office.now, **told) == 0
    return one


async def _deliver_with_kills(office: Office, platform: Shaky, number: int, count: int) -> None:
    """Deliver; whenever the program dies, start another, until nothing waits."""
    talk = office.talks["an"]
    while (await _states(office, number)).get("queued"):
        deliverer = Deliverer(talk.engine, platform, talk.service.clock)
        await deliverer.reclaim()
        for _ in range(30):
            await deliverer.take_due()
            await asyncio.gather(*deliverer.tasks, return_exceptions=True)
            assert sum((await _states(office, number)).values()) == count
        office.now += LATER


LATER = dt.timedelta(minutes=2)


async def _states(office: Office, number: int) -> dict[str, int]:
    async with office.talks["an"].engine.begin() as conn:
        return await announced.states(conn, number)


def test_each_person_is_queued_once_in_their_language_on_both_databases(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        async with engine.begin() as conn:
            for user, lang in (("an", "vi"), ("ben", "en"), ("cay", "vi")):
                person = await people.find_or_add(conn, "web", user, lang=lang, now=NOON)
                await topics.subscribe(conn, person, "thu-tuc")
            await people.set_blocked(conn, "web", "cay", NOON)
            content = {"texts": {"vi": "tin"}, "audience": {}, "topic": "thu-tuc", "at": "x"}
            one = await announcements.add(conn, content, by=1, now=NOON)
            bodies = {"vi": {"text": "tin"}, "en": {"text": "news"}}
            told: dict[str, Any] = {"content": content}
            added = [await announced.queue(conn, one, bodies, now=NOON, **told) for _ in range(2)]
            found = await leases.lease(conn, "web", by="a", now=NOON, until=NOON, limit=9)
            return [added, sorted((r.user, r.body["text"]) for r in found), await _count(conn, one)]

    added, taken, counted = using(ready, work)
    assert added == [3, 0]
    assert taken == [("an", "tin"), ("ben", "news")]
    assert counted == {"queued": 2, "blocked": 1}


async def _count(conn: Connection, number: int) -> dict[str, int]:
    return await announced.states(conn, number)


async def _one_for_an(engine: AsyncEngine) -> int:
    """Queue an announcement for one person."""
    async with engine.begin() as conn:
        an = await people.find_or_add(conn, "web", "an", lang="vi", now=NOON)
        await topics.subscribe(conn, an, "thu-tuc")
        content = {"texts": {"vi": "tin"}, "audience": {}, "topic": "thu-tuc", "at": "x"}
        one = await announcements.add(conn, content, by=1, now=NOON)
        bodies = {"vi": {"text": "tin"}, "en": {"text": "news"}}
        told: dict[str, Any] = {"content": content}
        assert await announced.queue(conn, one, bodies, now=NOON, **told) == 1
    return one


async def _take(engine: AsyncEngine, by: str, now: dt.datetime) -> list[Outgoing]:
    async with engine.begin() as conn:
        until = now + dt.timedelta(minutes=1)
        return await leases.lease(conn, "web", by=by, now=now, until=until, limit=9)


async def _pause_and_go_on(engine: AsyncEngine, one: int) -> None:
    for act in (announced.hold, announced.release):
        async with engine.begin() as conn:
            await act(conn, one)


def test_what_was_in_flight_when_paused_does_not_go_again(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        one = await _one_for_an(engine)
        (row,) = await _take(engine, "a", NOON)
        async with engine.begin() as conn:
            await announced.hold(conn, one)
        async with engine.begin() as conn:
            noted = await leases.settle(conn, row.id, by="a", state="sent", now=NOON)
            await announced.release(conn, one)
        again = await _take(engine, "b", NOON + AN_HOUR)
        async with engine.begin() as conn:
            return [noted, again, await announced.states(conn, one)]

    assert using(ready, work) == [True, [], {"sent": 1}]


def test_what_a_sender_took_and_never_settled_is_not_sent_again_after_a_pause(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        one = await _one_for_an(engine)
        await _take(engine, "a", NOON)
        await _pause_and_go_on(engine, one)
        again = [await _take(engine, "b", now) for now in (NOON, NOON + AN_HOUR)]
        async with engine.begin() as conn:
            return [again, await announced.states(conn, one)]

    assert using(ready, work) == [[[], []], {"unknown": 1}]


def test_what_was_taken_and_not_sent_for_a_pause_goes_afterwards(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        one = await _one_for_an(engine)
        (row,) = await _take(engine, "a", NOON)
        async with engine.begin() as conn:
            await announced.hold(conn, one)
            wanted = await leases.still_wanted(conn, row.id, by="a")
            await leases.postpone(conn, row.id, by="a", not_before=NOON)
            await announced.release(conn, one)
        (again,) = await _take(engine, "b", NOON)
        return [wanted, again.id == row.id, again.doubt]

    assert using(ready, work) == [False, True, False]


def test_who_wants_no_more_gets_nothing_of_what_is_paused(ready: str) -> None:
    async def work(engine: AsyncEngine) -> dict[str, int]:
        one = await _one_for_an(engine)
        async with engine.begin() as conn:
            await announcements.turn(conn, one, ("sending",), "paused")
            await announced.hold(conn, one)
            an = await people.find_or_add(conn, "web", "an", lang="vi", now=NOON)
            assert await announced.drop(conn, an.id, "muon-khac", NOON) == 0
            assert await announced.drop(conn, an.id, "thu-tuc", NOON) == 1
            await announced.release(conn, one)
            return await announced.states(conn, one)

    assert using(ready, work) == {"opted-out": 1}


def test_what_was_stopped_a_moment_before_is_not_queued(ready: str, library: Library) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        async with engine.begin() as conn:
            an = await people.find_or_add(conn, "web", "an", lang="vi", now=NOON)
            await topics.subscribe(conn, an, "thu-tuc")
            await roles.grant(conn, an, Role("editor"), by=None, now=NOON)
            content = {"texts": {"vi": "tin"}, "audience": {}, "topic": "thu-tuc"}
            told: dict[str, Any] = {**content, "emergency": True}
            number = await announcements.add(conn, told, by=an.id, now=NOON, state="approved")
            (seen,) = await announcements.in_state(conn, "approved")
        queued = []
        for state in ("stopped", "approved"):
            async with engine.begin() as conn:
                await announcements.turn(conn, number, ("approved", "stopped"), state)
            async with patiently(engine) as conn:
                queued.append(await queue_one(conn, library.content, seen, NOON))
        async with engine.begin() as conn:
            return [queued, await announced.states(conn, number)]

    assert using(ready, work) == [[0, 1], {"queued": 1}]


def test_what_was_held_while_its_sender_died_is_not_known_to_have_arrived(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        one = await _one_for_an(engine)
        await _take(engine, "a", NOON)
        async with engine.begin() as conn:
            await announced.hold(conn, one)
            await leases.reclaim(conn, "web", by="b", now=NOON)
        async with engine.begin() as conn:
            await announced.release(conn, one)
            return [
                await _count(conn, one),
                await leases.lease(
                    conn, "web", by="b", now=NOON + AN_HOUR, until=NOON + AN_HOUR, limit=9
                ),
            ]

    assert using(ready, work) == [{"unknown": 1}, []]
