"""Part G: staff lists and published figures with a hundred thousand cases in the memory."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.commands.figures import stories
from content.whole import Content
from db import cases, facts
from db.case_log import HEAD, START, Act
from db.cases import Wanted
from db.engine import Connection, open_engine, upgrade
from db.schema_cases import case_events
from db.schema_cases import cases as table
from handlers.cases.figures import figures
from handlers.context import ZONE
from tests.bench.tables import number
from tests.bench.tables import table as drawn

OF_ONE = Wanted(agencies=["so-y-te"])
COUNT = 100_000
BODIES = ("so-y-te", "so-xay-dung", "ubnd-cap-xa", "cong-an-tinh")
LISTS = 20
BEGIN = dt.datetime(2026, 1, 5, 8, tzinfo=ZONE)


def report(content: Content) -> str:
    """Measure; gives the table."""
    return asyncio.run(_report(content))


async def _report(content: Content) -> str:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite+aiosqlite:///{Path(folder) / 'cases.db'}")
        await upgrade(engine)
        async with engine.begin() as conn:
            acts = await _fill(conn)
        async with engine.begin() as conn:
            of_all = Wanted(agencies=None)
            late = Wanted(agencies=None, late_on=dt.date(2026, 9, 1))
            lists: list[tuple[str, dict[str, Any]]] = [
                ("a body's open cases, first page", {"wanted": OF_ONE}),
                ("all open cases, page 500", {"wanted": of_all, "offset": 4000}),
                ("all late cases", {"wanted": late}),
            ]
            rows = [[what, await _timed(_list, conn, how)] for what, how in lists]
            rows.append(["count of a body's open cases", await _timed(_count, conn, {})])
            rows.append([f"stats, from {acts:,} acts", await _once(_stats, conn, content)])
        await engine.dispose()
    return drawn(f"G. {COUNT:,} cases", ["what", "ms (worst of 20)"], rows)


async def _list(conn: Connection, how: dict[str, Any]) -> None:
    await cases.listed(conn, limit=8, **how)


async def _count(conn: Connection, how: dict[str, Any]) -> None:
    del how
    await cases.count(conn, OF_ONE)


async def _stats(conn: Connection, content: Content) -> None:
    told = [story async for story in stories(conn, content)]
    assert figures(told, today=dt.date(2026, 12, 1), target=0.8)["received"] == COUNT


async def _timed(
    work: Callable[[Connection, dict[str, Any]], Awaitable[None]],
    conn: Connection,
    how: dict[str, Any],
) -> str:
    worst = 0.0
    for _ in range(LISTS):
        begun = time.perf_counter()
        await work(conn, how)
        worst = max(worst, time.perf_counter() - begun)
    return number(1000 * worst)


async def _once(
    work: Callable[[Connection, Content], Awaitable[None]], conn: Connection, content: Content
) -> str:
    begun = time.perf_counter()
    await work(conn, content)
    return number(1000 * (time.perf_counter() - begun))


async def _fill(conn: Connection) -> int:
    """Write cases with a few acts each, straight into the tables."""
    chance = random.Random(3)
    rows = list(_cases(chance))
    await conn.execute(sa.insert(table), rows)
    previous, count = START, 0
    for page in range(0, len(rows), 5000):
        events = []
        for at, row in enumerate(rows[page : page + 5000], page + 1):
            for kind, data in _acts(row, chance):
                count += 1
                told = Act(count, at, row["received"], kind, None, "handler", data, "", previous)
                previous = told.expected_hash()
                events.append(
                    {
                        "id": count,
                        "case_id": at,
                        "at": told.at,
                        "kind": kind,
                        "actor": None,
                        "role": "handler",
                        "data": data,
                        "digest": "",
                        "previous": told.previous,
                        "hash": previous,
                    }
                )
        await conn.execute(sa.insert(case_events), events)
    await facts.put(conn, HEAD, f"{count} {previous}")
    return count


def _cases(chance: random.Random) -> Iterator[dict[str, Any]]:
    for at in range(COUNT):
        received = BEGIN + dt.timedelta(minutes=5 * at)
        is_open = chance.random() < 0.1
        yield {
            "code": f"{at:012d}",
            "kind": "phan-anh",
            "agency": chance.choice(BODIES),
            "state": "assigned" if is_open else "confirmed",
            "received": received,
            "due": received.date() + dt.timedelta(days=21),
            "done": None if is_open else received + dt.timedelta(days=9),
        }


def _acts(row: dict[str, Any], chance: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "received", {"kind": "phan-anh", "anonymous": False, "photos": 0}
    yield "assigned", {"agency": row["agency"], "field": "Chung"}
    if row["state"] == "confirmed":
        yield "answered", {"outcome": "fixed"}
        yield "confirmed", {}
        if chance.random() < 0.5:
            yield "rated", {"rating": chance.randrange(1, 6)}
