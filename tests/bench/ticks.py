"""Part F: what one look for due reminders costs, with a year of sixty bodies in the memory."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np

from bot.reminding import SINCE, tick, watch
from bot.turn import Service
from content.whole import Content
from db import facts, people, report_events, roles
from db.engine import Engine, open_engine, upgrade
from db.roles import Role
from handlers.context import ZONE
from handlers.reports.due import obligations
from handlers.search.index import Index
from tests.bench.tables import NONE, number, table
from tests.years.world import make

BODIES, LOOKS = 60, 40
BUSY = dt.datetime(2026, 12, 9, 8, 0, 5, tzinfo=ZONE)
"""All bodies are told at this moment that five working days are left."""


def report(content: Content) -> str:
    """Measure; gives the table."""
    bodies = make(content, 1, 2026, 1, BODIES).content.agencies
    return asyncio.run(_report(replace(content, agencies=bodies)))


async def _report(content: Content) -> str:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite+aiosqlite:///{Path(folder) / 'ticks.db'}")
        await upgrade(engine)
        await _fill(engine, content)
        service = Service(engine, content, cast("Index", None), lambda: BUSY)
        busy = await _timed(tick, service)
        idle = [await _timed(tick, service) for _ in range(LOOKS)]
        watched = [await _timed(watch, service) for _ in range(LOOKS)]
        await engine.dispose()
    rows = [
        ["look that queues 60 reminders", number(busy), NONE],
        ["look that finds nothing new", *_spread(idle)],
        ["check that nothing was missed", *_spread(watched)],
    ]
    return table("F. Reminders, 60 bodies, a year of acts", ["what", "p50, ms", "max, ms"], rows)


async def _fill(engine: Engine, content: Content) -> None:
    """Let every body have its people, and a year of submissions behind it."""
    begun = BUSY - dt.timedelta(days=300)
    async with engine.begin() as conn:
        await facts.put_first(conn, SINCE, begun.isoformat())
        for body in content.agencies:
            for role in ("focal", "deputy", "head"):
                user = f"{role} {body}"
                person = await people.find_or_add(conn, "web", user, lang="vi", now=begun)
                await roles.grant(conn, person, Role(role, body), by=None, now=begun)
        for owed in obligations(content, begun.date(), BUSY.date()):
            await report_events.note(
                conn,
                "submitted",
                report=owed.period.report,
                year=owed.period.year,
                agency=owed.agency,
                actor=None,
                now=begun,
            )


async def _timed(work: Callable[[Service], Awaitable[object]], service: Service) -> float:
    before = time.perf_counter()
    await work(service)
    return 1000 * (time.perf_counter() - before)


def _spread(took: list[float]) -> list[str]:
    return [number(float(np.median(took))), number(max(took))]
