"""The tick on both databases: two replicas at once add nothing twice, and it stays cheap."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.jobs import beat
from bot.reminding import SINCE, tick, watch
from bot.turn import Service
from content.load import load
from content.whole import HERE
from db import facts, people, roles, schema
from db.engine import open_engine
from db.roles import Role
from handlers.context import ZONE
from handlers.reports.due import reporting
from handlers.search.index import Index
from tests.test_database import empty, ready, using

__all__ = ["empty", "ready"]
CONTENT = load(HERE)
MORNING = dt.datetime(2026, 3, 9, 8, 0, 5, tzinfo=ZONE)


def service(engine: AsyncEngine) -> Service:
    return Service(engine, CONTENT, cast("Index", None), lambda: MORNING)


async def staffed(engine: AsyncEngine) -> int:
    """Give every reporting body a focal person; gives how many that is."""
    bodies = reporting(CONTENT, MORNING.date())
    async with engine.begin() as conn:
        begun = MORNING - dt.timedelta(hours=1)
        await facts.put_first(conn, SINCE, begun.isoformat())
        for body in bodies:
            person = await people.find_or_add(conn, "web", body.id, lang="vi", now=begun)
            await roles.grant(conn, person, Role("focal", body.id), by=None, now=begun)
    return len(bodies)


async def queued(engine: AsyncEngine) -> list[str]:
    async with engine.begin() as conn:
        return list((await conn.execute(sa.select(schema.outbox.c.key))).scalars())


def test_replicas_ticking_at_once_add_nothing_twice(ready: str) -> None:
    async def work(engine: AsyncEngine) -> tuple[int, list[int], list[str]]:
        bodies = await staffed(engine)
        others = [open_engine(ready) for _ in range(2)]
        try:
            ticks = [tick(service(one)) for one in (engine, *others) for _ in range(3)]
            added = await asyncio.gather(*ticks)
        finally:
            for other in others:
                await other.dispose()
        return bodies, list(added), await queued(engine)

    bodies, added, keys = using(ready, work)
    assert sum(added) == bodies
    assert len(keys) == len(set(keys)) == bodies
    assert all(key.startswith("remind:quy-1/2026:") and ":nhac-1:" in key for key in keys)


def test_what_was_ticked_is_not_missed(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        await staffed(engine)
        before = await watch(_later(engine))
        await tick(service(engine))
        return [len(before), [gap for gap in await watch(_later(engine)) if "nhac-1" in gap]]

    missed, after = using(ready, work)
    assert missed >= 25
    assert after == []


def _later(engine: AsyncEngine) -> Service:
    later = MORNING + dt.timedelta(minutes=5)
    return Service(engine, CONTENT, cast("Index", None), lambda: later)


def test_a_beat_that_fails_says_so_and_ends_nothing(
    ready: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(service: Service) -> None:
        del service
        raise OSError("the disk is full")

    async def work(engine: AsyncEngine) -> None:
        await beat(broken, service(engine))

    using(ready, work)
    assert "broken failed" in caplog.text
