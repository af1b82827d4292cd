"""The metronome: what has to be done again and again, by the clock. It keeps no work of its own."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from db import retention
from db.engine import Engine
from handlers.context import ZONE

LOG = logging.getLogger("motcua.jobs")
EVERY = dt.timedelta(hours=6)
"""Time between two removals of what is older than it is kept."""


async def remove_old(engine: Engine, clock: Callable[[], dt.datetime]) -> None:
    """Remove what is older than it is kept; a database that is away waits for the next time."""
    try:
        async with engine.begin() as conn:
            gone = await retention.purge(conn, now=clock())
    # The door: the metronome goes on whatever one beat brings.
    except Exception:
        LOG.exception("old rows could not be removed")
    else:
        LOG.info("old rows removed", extra={"count": sum(gone.values())})


@contextlib.asynccontextmanager
async def ticking(engine: Engine, clock: Callable[[], dt.datetime]) -> AsyncIterator[None]:
    """Beat while the block runs."""
    scheduler = AsyncIOScheduler(
        timezone=ZONE, job_defaults={"misfire_grace_time": None, "coalesce": True}
    )
    first = dt.datetime.now(ZONE) + dt.timedelta(minutes=1)
    trigger = IntervalTrigger(seconds=int(EVERY.total_seconds()), timezone=ZONE)
    scheduler.add_job(remove_old, trigger, args=(engine, clock), next_run_time=first)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
