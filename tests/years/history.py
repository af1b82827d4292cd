"""Lets one history happen on the real tick, queue and deliverer, and checks every promise."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from bot.deliver import Deliverer
from bot.reminding import tick
from bot.turn import Service
from content.load import Content
from db import people, reminders, report_events, roles
from db.engine import Engine, open_engine, upgrade
from db.roles import Role
from handlers.reports.notices import simulate
from handlers.search.index import Index
from tests.years.checking import check
from tests.years.platform import CrashError, Platform
from tests.years.record import History, Report
from tests.years.world import Worker, World, make

TICK = dt.timedelta(seconds=20)
"""As often as the program looks."""


def run(content: Content, seed: int, first_year: int, years: int, bodies: int) -> Report:
    """Let one history happen; gives what went wrong."""
    return asyncio.run(_run(make(content, seed, first_year, years, bodies)))


async def _run(world: World) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite+aiosqlite:///{Path(folder) / 'years.db'}")
        await upgrade(engine)
        history = _history(world, engine)
        try:
            await _happen(history)
            await check(history)
        finally:
            await engine.dispose()
    return history.report


def _history(world: World, engine: Engine) -> History:
    begin = min(worker.since for worker in world.people)
    platform = Platform(world.chance)
    history: History

    def clock() -> dt.datetime:
        return history.now + world.skew(history.now)

    service = Service(engine, world.content, cast("Index", None), clock)
    deliverer = Deliverer(engine, platform, clock)
    history = History(world, engine, service, platform, begin, deliverer)
    return history


async def _happen(history: History) -> None:
    """Go from moment to moment; while the program is down only people act."""
    was_down = False
    acts = sorted(_acts(history.world), reverse=True)
    for at in _moments(history.world):
        while acts and acts[-1] <= at:
            history.now = acts.pop()
            await _people_act(history)
        history.now = at
        down = history.world.down(at)
        if was_down and not down:
            await _restart(history)
        was_down = down
        if not down:
            await _look(history)
    history.platform.dies = False


def _moments(world: World) -> Iterator[dt.datetime]:
    """Give the moments at which anything can happen, each followed by some looks of the program."""
    begin = min(worker.since for worker in world.people)
    due = [notice.at for notice in simulate(world.content, world.owed)]
    ends = [edge for span in (*world.outages, *world.storms) for edge in span]
    ends += [edge for first, last, _ in world.jumps for edge in (first, last)]
    skewed = [at - by for first, last, by in world.jumps for at in due if first <= at - by < last]
    found = {begin, *(at + TICK / 2 for at in due)}
    for at in {*ends, *skewed}:
        found |= {at + number * TICK for number in (0, 1, 4, 8, 12)}
    # Now and then later looks, for what a storm or a lost answer left over.
    found |= {at + number * TICK for at in due[:: len(world.content.agencies)] for number in (3, 9)}
    return iter(sorted(moment for moment in found if moment >= begin))


def _acts(world: World) -> set[dt.datetime]:
    """Give the moments at which people come, go, or submit."""
    came = {worker.since for worker in world.people}
    went = {worker.until for worker in world.people if worker.until}
    return {*came, *went, *world.submits.values()}


async def _look(history: History) -> None:
    """Tick and deliver as the program does, dying now and then at any step."""
    chance = history.world.chance
    history.platform.at = history.now
    history.platform.storming = history.world.storming(history.now)
    history.platform.dies = chance.random() < 0.02
    dying = history.platform.dies and chance.random() < 0.5
    try:
        await _tick(history, dying=dying)
        while await history.deliverer.take_due():
            tasks = list(history.deliverer.tasks)
            for done in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(done, CrashError):
                    raise done
    except CrashError:
        history.report.counts["crashes"] += 1
        await _restart(history)


async def _tick(history: History, *, dying: bool) -> None:
    """Tick; when dying, the clock kills the program in the middle of the transaction."""
    if not dying:
        await tick(history.service)
        return
    clock = history.service.clock

    def deadly() -> dt.datetime:
        raise CrashError("in the middle of a tick")

    history.service.clock = deadly
    try:
        await tick(history.service)
    finally:
        history.service.clock = clock


async def _restart(history: History) -> None:
    """Start the program again: a new sender, which ends the leases of the dead one."""
    for task in history.deliverer.tasks:
        task.cancel()
    await asyncio.gather(*history.deliverer.tasks, return_exceptions=True)
    history.platform.dies = False
    history.deliverer = Deliverer(history.engine, history.platform, history.service.clock)
    await history.deliverer.reclaim()


async def _people_act(history: History) -> None:
    """Let come and go, and submit, whoever does so now."""
    world, now = history.world, history.now
    for worker in (w for w in world.people if now in (w.since, w.until)):
        await _come_or_go(history, worker)
    for key in [key for key, at in world.submits.items() if at == now]:
        body = key.rpartition(":")[2]
        report, _, year = key.rpartition(":")[0].partition("/")
        async with history.engine.begin() as conn:
            await report_events.note(
                conn, "submitted", report=report, year=int(year), agency=body, actor=None, now=now
            )
            await reminders.stop(conn, f"remind:{key}:", now=now)
        history.report.counts["submissions"] += 1


async def _come_or_go(history: History, worker: Worker) -> None:
    async with history.engine.begin() as conn:
        person = await people.find_or_add(conn, "web", worker.user, lang="vi", now=history.now)
        if history.now == worker.since:
            role = Role(worker.role, worker.agency)
            await roles.grant(conn, person, role, by=None, now=history.now)
            return
        for holder in await roles.everyone(conn):
            if holder.person.id == person.id:
                await roles.revoke(conn, holder.id)
    history.report.counts["left"] += 1
