"""Lets one history happen on the real tick, queue and deliverer, and checks every promise."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import sqlalchemy as sa

from bot.deliver import Deliverer
from bot.reminding import tick, watch
from bot.turn import Service
from content.load import Content
from db import people, reminders, report_events, roles, schema
from db.engine import Engine, open_engine, upgrade
from db.roles import Role
from handlers.reports.letters import LAPSE
from handlers.reports.notices import Notice, simulate
from handlers.search.index import Index
from tests.years.platform import CrashError, Platform
from tests.years.world import Worker, World, make

TICK = dt.timedelta(seconds=20)
"""As often as the program looks."""
LATE = dt.timedelta(seconds=60)


@dataclass
class Report:
    """What went wrong in a history (nothing, if all is well) and how much happened."""

    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass
class History:
    """One run: the true time, the program and the platform."""

    world: World
    engine: Engine
    service: Service
    platform: Platform
    now: dt.datetime
    deliverer: Deliverer
    report: Report = field(default_factory=Report)
    alarms: int = 0


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
            await _check(history)
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


async def _check(history: History) -> None:
    async with history.engine.begin() as conn:
        table = schema.reminders.c
        queued = await conn.execute(sa.select(table.key, table.queued))
        told = {row.key: row.queued for row in queued}
        rows = (await conn.execute(sa.select(schema.outbox))).all()
    history.report.counts["notices"] = len(told)
    history.report.counts["delivered"] = len(history.platform.got)
    history.report.wrong += _lost(history, told)
    history.report.wrong += _doubled(history, rows)
    history.report.wrong += _after_submission(history)
    history.report.wrong += await _unseen_gaps(history)


def _lost(history: History, told: dict[str, dt.datetime]) -> Iterator[str]:
    """Name notices that should have gone to somebody and did not, or went late without a reason."""
    world = history.world
    by_notice: dict[str, list[dt.datetime]] = {}
    for key, queued in told.items():
        by_notice.setdefault(key.rpartition(":")[0], []).append(queued)
    for notice in simulate(world.content, world.owed):
        if notice.agency == "so-noi-vu":
            continue
        sent_in = world.submits.get(f"{notice.period.key}:{notice.agency}")
        ready = _first_look(world, notice.at)
        if sent_in and sent_in <= ready + LATE:
            continue
        name = notice.key(0).rpartition(":")[0]
        if name not in by_notice:
            yield f"lost: {name} of {notice.at}"
        elif (first := min(_true(world, at) for at in by_notice[name])) > ready + LATE:
            yield f"late: {name} of {notice.at}, queued {first}"
        if notice.step in ("tre-1", "tre-3"):
            reached = sum(key.rpartition(":")[0] == name for key in told)
            there = _there(world, notice, ready)
            if reached < there:
                yield f"not escalated: {name} reached {reached} of {there}"


def _true(world: World, told: dt.datetime) -> dt.datetime:
    """Give the earliest true moment at which the program's clock, wrong at times, said this."""
    wrong = [told - by for first, last, by in world.jumps if first <= told - by < last]
    return min([*wrong, *([told] if not world.skew(told) else [])], default=told)


def _first_look(world: World, at: dt.datetime) -> dt.datetime:
    """Give the first moment after `at` at which the program is up and its clock knows of it."""
    for first, last, by in sorted(world.jumps, key=lambda jump: jump[0]):
        if first <= at < last and by < dt.timedelta():
            at = min(at - by, last)
    changed = True
    while changed:
        changed = False
        for first, last in world.outages:
            if first <= at < last:
                at, changed = last, True
    return at


def _there(world: World, notice: Notice, at: dt.datetime) -> int:
    """Count who holds a role the notice has to reach, at its moment and a while later."""
    return sum(
        worker.there(at) and worker.there(at + LATE)
        for worker in world.people
        if worker.agency == notice.agency and worker.role in notice.to
    )


def _doubled(history: History, rows: Iterable[sa.Row[tuple[object, ...]]]) -> Iterator[str]:
    """Name messages that somebody got more than once though nothing said so."""
    got = Counter((one.user, one.text, one.at.date()) for one in history.platform.got)
    meant: Counter[tuple[str, str, dt.date]] = Counter()
    unsure: Counter[tuple[str, str]] = Counter()
    for row in rows:
        history.report.counts[f"state {row.state}"] += 1
        if row.state == "unknown":
            unsure[row.user, row.body["text"]] += 1
        elif row.state == "sent":
            meant[row.user, row.body["text"], _local(row.done)] += 1
        elif row.state == "queued":
            yield f"still queued: {row.key}"
    for key, count in got.items():
        extra = count - meant[key]
        if extra > 0 and not unsure[key[0], key[1]]:
            yield f"doubled: {key}"


def _local(at: dt.datetime) -> dt.date:
    return at.astimezone(dt.timezone(dt.timedelta(hours=7))).date()


def _after_submission(history: History) -> Iterator[str]:
    """Name messages about one report that went out after it had been submitted."""
    world = history.world
    names = {agency.id: agency.name.vi for agency in world.content.agencies.values()}
    when = {
        (f"{owed.period.name.vi} {owed.period.year}", names[owed.agency]): world.submits[owed.key]
        for owed in world.owed
        if owed.key in world.submits
    }
    for one in history.platform.got:
        lines = one.text.split("\n")
        if len(lines) > 2 and lines[0].startswith("⏰"):
            submitted = when.get((lines[0].removeprefix("⏰ "), lines[1]))
            if submitted and one.at > submitted:
                yield f"after submission: {lines[0]} {lines[1]} at {one.at}"


async def _unseen_gaps(history: History) -> list[str]:
    """Take some notices out of the memory, and see that the watchdog names each of them."""
    history.now += dt.timedelta(hours=1)
    history.platform.storming = False
    before = set(await watch(history.service))
    notices = simulate(history.world.content, history.world.owed)
    wrong = [f"the watchdog names what was not missed: {gap}" for gap in before]
    last = [n for n in notices if n.period == notices[-1].period and n.agency != "so-noi-vu"]
    open_ = [n for n in last if f"{n.period.key}:{n.agency}" not in history.world.submits]
    history.now = max(n.at for n in last) + dt.timedelta(minutes=5)
    await tick(history.service)
    for notice in open_[-5:]:
        name = notice.key(0).rpartition(":")[0]
        async with history.engine.begin() as conn:
            gone = sa.delete(schema.reminders).where(schema.reminders.c.key.startswith(f"{name}:"))
            count = (await conn.execute(gone)).rowcount
        found = [gap for gap in await watch(history.service) if gap.startswith(f"{name}:")]
        history.report.counts["seeded gaps"] += count
        # Of the people it was for, some may have left since: who is there must be named.
        if count and not found and notice.at > history.now - LAPSE:
            wrong.append(f"the watchdog did not see {count} gaps of {name}")
        await tick(history.service)
    return wrong
