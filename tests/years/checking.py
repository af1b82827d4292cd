"""Checks every promise on a history that has happened, and says what went wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from bot.reminding import tick, watch
from db import schema
from handlers.reports.letters import LAPSE
from handlers.reports.notices import Notice, simulate
from tests.years.record import History
from tests.years.world import World

LATE = dt.timedelta(seconds=60)
"""How long after its moment a notice may be queued."""


async def check(history: History) -> None:
    """Note everything that went wrong."""
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
    by_notice: defaultdict[str, list[dt.datetime]] = defaultdict(list)
    for key, queued in told.items():
        by_notice[key.rpartition(":")[0]].append(queued)
    for notice in simulate(world.content, world.owed):
        if notice.agency == "so-noi-vu":
            continue
        sent_in = world.submits.get(f"{notice.period.key}:{notice.agency}")
        ready = _first_look(world, notice.at)
        if sent_in and sent_in <= ready + LATE:
            continue
        name = notice.key(0).rpartition(":")[0]
        reached = by_notice[name]
        if not reached:
            yield f"lost: {name} of {notice.at}"
        elif (first := min(_true(world, at) for at in reached)) > ready + LATE:
            yield f"late: {name} of {notice.at}, queued {first}"
        there = _there(world, notice, ready)
        if len(reached) < there:
            yield f"not escalated: {name} reached {len(reached)} of {there}"


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
        for worker in world.of_body[notice.agency]
        if worker.role in notice.to
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
