"""The metronome: what has to be done again and again, by the clock. It keeps no work of its own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import erased
from bot.announcing import tick_announcements
from bot.case_clock import tick_cases
from bot.reminding import tick, watch
from bot.turn import Service
from db import audit, retention
from db.engine import scrub
from handlers.context import ZONE

LOG = logging.getLogger("motcua.jobs")
Job = Callable[[Service], Awaitable[None]]


async def remove_old(service: Service) -> None:
    """Remove what is older than it is kept."""
    async with service.engine.begin() as conn:
        gone = await retention.purge(conn, now=service.clock())
    await scrub(service.engine)
    LOG.info("old rows removed", extra={"count": sum(gone.values())})


async def list_erased(service: Service) -> None:
    """Keep the list of who was erased beside the database, for whoever restores a backup."""
    if service.erased:
        async with service.engine.connect() as conn:
            found = await audit.erased(conn)
        await asyncio.to_thread(erased.write, service.erased, found)


async def remind(service: Service) -> None:
    """Queue the reminders that are due."""
    _tell("reminders", await tick(service))


async def look_after_cases(service: Service) -> None:
    """Queue what is due on feedback, and close what nobody said a word on."""
    _tell("cases", await tick_cases(service))


async def announce(service: Service) -> None:
    """Queue the announcements whose time has come."""
    _tell("announcements", await tick_announcements(service))


async def check_reminders(service: Service) -> None:
    """Look whether a reminder was missed, and raise the alarm."""
    await watch(service)


TICK = dt.timedelta(seconds=20)
A_WHILE = dt.timedelta(minutes=5)
JOBS: Mapping[Job, tuple[dt.timedelta, dt.timedelta]] = {
    remind: (TICK, dt.timedelta(seconds=1)),
    announce: (TICK, dt.timedelta(seconds=2)),
    look_after_cases: (A_WHILE, dt.timedelta(seconds=3)),
    check_reminders: (A_WHILE, A_WHILE),
    list_erased: (A_WHILE, dt.timedelta(seconds=5)),
    remove_old: (dt.timedelta(hours=6), dt.timedelta(minutes=1)),
}
"""Each job with the time between two beats, and from the start to the first."""


async def beat(job: Job, service: Service) -> None:
    """Do a job once; what a database that is away delays comes with the next beat."""
    try:
        await job(service)
    # The door: the metronome and the other jobs go on whatever one beat brings.
    except Exception:
        LOG.exception("%s failed", job.__name__)


def _tell(what: str, count: int) -> None:
    if count:
        LOG.info("%s queued", what, extra={"count": count})


@contextlib.asynccontextmanager
async def ticking(service: Service) -> AsyncIterator[None]:
    """Beat while the block runs."""
    scheduler = AsyncIOScheduler(
        timezone=ZONE, job_defaults={"misfire_grace_time": None, "coalesce": True}
    )
    now = dt.datetime.now(ZONE)
    for job, (every, first) in JOBS.items():
        trigger = IntervalTrigger(seconds=int(every.total_seconds()), timezone=ZONE)
        told = {"args": (job, service), "next_run_time": now + first, "max_instances": 1}
        scheduler.add_job(beat, trigger, id=job.__name__, **told)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
