"""The metronome: what has to be done again and again, by the clock. It keeps no work of its own."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import AsyncIterator

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.announcing import tick_announcements
from bot.case_clock import tick_cases
from bot.reminding import tick, watch
from bot.turn import Service
from db import retention
from db.engine import scrub
from handlers.context import ZONE

LOG = logging.getLogger("motcua.jobs")
EVERY = dt.timedelta(hours=6)
"""Time between two removals of what is older than it is kept."""
TICK = dt.timedelta(seconds=20)
"""Time between two looks for reminders that are due."""
WATCH = dt.timedelta(minutes=5)
"""Time between two checks that none was missed."""


async def remove_old(service: Service) -> None:
    """Remove what is older than it is kept; a database that is away waits for the next time."""
    try:
        async with service.engine.begin() as conn:
            gone = await retention.purge(conn, now=service.clock())
        await scrub(service.engine)
    # The door: the metronome goes on whatever one beat brings.
    except Exception:
        LOG.exception("old rows could not be removed")
    else:
        LOG.info("old rows removed", extra={"count": sum(gone.values())})


async def remind(service: Service) -> None:
    """Queue the reminders that are due; what a database that is away delays comes next time."""
    try:
        queued = await tick(service) + await tick_cases(service)
        queued += await tick_announcements(service)
    # The door: the metronome goes on whatever one beat brings.
    except Exception:
        LOG.exception("reminders could not be worked out")
    else:
        if queued:
            LOG.info("reminders queued", extra={"count": queued})


async def check_reminders(service: Service) -> None:
    """Look whether a reminder was missed, and raise the alarm."""
    try:
        await watch(service)
    # The door: as above.
    except Exception:
        LOG.exception("reminders could not be checked")


@contextlib.asynccontextmanager
async def ticking(service: Service) -> AsyncIterator[None]:
    """Beat while the block runs."""
    scheduler = AsyncIOScheduler(
        timezone=ZONE, job_defaults={"misfire_grace_time": None, "coalesce": True}
    )
    now = dt.datetime.now(ZONE)
    for job, every, first in (
        (remove_old, EVERY, now + dt.timedelta(minutes=1)),
        (remind, TICK, now + dt.timedelta(seconds=1)),
        (check_reminders, WATCH, now + WATCH),
    ):
        trigger = IntervalTrigger(seconds=int(every.total_seconds()), timezone=ZONE)
        scheduler.add_job(job, trigger, args=(service,), next_run_time=first, max_instances=1)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
