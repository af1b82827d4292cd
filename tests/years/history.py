"""Lets one history happen on the real tick, queue and deliverer, and checks every promise."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import heapq
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.reminding import tick
from content.whole import Content
from db import people, reminders, report_events, roles
from db.engine import Connection, upgrade_at
from db.roles import Role
from tests.years.checking import check
from tests.years.loop import Loop
from tests.years.program import CrashError
from tests.years.record import History, Report
from tests.years.world import Worker, World, make

TICK = dt.timedelta(seconds=20)
"""As often as the program looks."""
RESTART = dt.timedelta(seconds=5)
"""How long after a crash the program looks again."""
IDLE = 0.1
"""The share of looks after which the program looks once more, with nothing to do."""
DIES = 0.05
"""The share of looks at which the program may die."""


def run(content: Content, seed: int, first_year: int, years: int, bodies: int) -> Report:
    """Let one history happen; gives what went wrong."""
    world = make(content, seed, first_year, years, bodies)
    loop = Loop()
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=lambda: loop) as runner,
    ):
        file = Path(folder) / "years.db"
        file.write_bytes(_empty_database())
        return runner.run(_run(History(world, file, loop)))


@cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        asyncio.run(upgrade_at(f"sqlite+aiosqlite:///{file}"))
        return file.read_bytes()


async def _run(history: History) -> Report:
    try:
        await _happen(history)
        await check(history)
    finally:
        await history.engine.dispose()
    return history.report


async def _happen(history: History) -> None:
    """Go from look to look; what people did since the last one is done before each."""
    world, was_down = history.world, False
    acts = sorted(_acts(world), key=lambda act: act.at, reverse=True)
    looks = sorted(_looks(world))
    heapq.heapify(looks)
    while looks:
        at = heapq.heappop(looks)
        await _people_act(history, acts, at)
        history.now = at
        history.loop.reach(at)
        down = world.down(at)
        if was_down and not down:
            await history.restart()
        was_down = down
        again = None if down else await _look(history)
        if again:
            heapq.heappush(looks, at + again)


def _looks(world: World) -> set[dt.datetime]:
    """Give the moments after which a look can find something: between them nothing changes."""
    moves = {at for worker in world.people for at in (worker.since, worker.until) if at}
    ends = {last for spans in (world.outages, world.storms) for _, last in spans}
    found = {at + TICK / 2 for at in {*world.moments, *moves, *ends}}
    for first, last, by in world.jumps:
        wrong = {at - by for at in world.moments if first <= at - by < last}
        found |= {at + TICK / 2 for at in (first, last, *wrong)}
    return found


class Act(NamedTuple):
    """Somebody comes or goes, or a body submits the report of this key."""

    at: dt.datetime
    does: Worker | str


def _acts(world: World) -> Iterator[Act]:
    """Give what people do."""
    for worker in world.people:
        yield Act(worker.since, worker)
        if worker.until:
            yield Act(worker.until, worker)
    for key, at in world.submits.items():
        yield Act(at, key)


async def _look(history: History) -> dt.timedelta | None:
    """Tick and deliver as the program does, perhaps to its death; says when to look again."""
    chance, platform = history.world.chance, history.platform
    platform.begin(history.now, storming=history.world.storming(history.now))
    if chance.random() < DIES:
        history.life.left = chance.randrange(1, chance.choice((5, 15, 300)))
    with contextlib.suppress(CrashError):
        await _work(history)
    if history.life.dead:
        history.report.counts["crashes"] += 1
        await history.restart()
        return RESTART
    history.life.left = None
    if platform.refused:
        return 3 * TICK
    return TICK if chance.random() < IDLE else None


async def _work(history: History) -> None:
    await tick(history.service)
    while await history.deliverer.take_due():
        ended = await asyncio.gather(*history.deliverer.tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, CrashError):
                raise error


async def _people_act(history: History, acts: list[Act], until: dt.datetime) -> None:
    """Let come and go, and submit, whoever does so before the program looks again."""
    if not acts or acts[-1].at > until:
        return
    async with history.engine.begin() as conn:
        while acts and acts[-1].at <= until:
            history.now, does = acts.pop()
            if isinstance(does, str):
                await _submit(history, conn, does)
            else:
                await _come_or_go(history, conn, does)


async def _submit(history: History, conn: Connection, key: str) -> None:
    period, _, body = key.rpartition(":")
    report, _, year = period.partition("/")
    await report_events.note(
        conn,
        "submitted",
        report=report,
        year=int(year),
        agency=body,
        actor=None,
        now=history.now,
    )
    await reminders.stop(conn, f"remind:{key}:", now=history.now)
    history.report.counts["submissions"] += 1


async def _come_or_go(history: History, conn: Connection, worker: Worker) -> None:
    person = await people.find_or_add(conn, "web", worker.user, lang="vi", now=history.now)
    if history.now == worker.since:
        role = Role(worker.role, worker.agency)
        await roles.grant(conn, person, role, by=None, now=history.now)
        return
    for holder in await roles.everyone(conn):
        if holder.person.id == person.id:
            await roles.revoke(conn, holder.id)
    history.report.counts["left"] += 1
