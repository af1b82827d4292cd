"""The tick: turns notices that are due into queued messages, and checks that none is missing."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from bot.metrics import EXPECTED, MISSING, REMINDED, TICK
from bot.outgoing import queued
from bot.turn import Service
from db import facts, outbox, reminders, roles
from db.engine import Connection
from db.reminders import Carried
from handlers.message import Letter
from handlers.reports.colleagues import letter, speaking
from handlers.reports.letters import (
    LAPSE,
    ByRole,
    Mail,
    by_role,
    expected,
    mails,
    recipients,
)
from handlers.reports.notices import Notice, due_notices
from handlers.reports.reminder import reminder
from handlers.reports.state import State, read

LOG = logging.getLogger("motcua.reminding")
SINCE = "reminders.since"
"""The fact when reminding began here: what was due before is not sent any more."""
LAST = "reminders.tick"
"""The fact when the last tick was committed."""
GRACE = dt.timedelta(minutes=2)
"""A notice that is not queued this long after its moment has been missed."""
TOLD = ("admin", "coordinator")
"""Who hears of missed notices."""


async def tick(service: Service) -> int:
    """Queue what is due; gives how many messages that was. Ticking again adds nothing."""
    async with service.engine.begin() as conn:
        await reminders.begin_tick(conn)
        now = service.clock()
        state = await read(conn, service.content, now)
        fresh = await _due(conn, service, state, now)
        people = by_role(await roles.reached(conn))
        found = mails(fresh, people, await reminders.known(conn, since=now - LAPSE))
        await _queue(conn, service, state, found, now)
        await facts.put(conn, LAST, now.isoformat())
    TICK.set(now.timestamp())
    REMINDED.inc(len(found))
    return len(found)


async def watch(service: Service) -> list[str]:
    """Work out anew what must be queued by now; gives the keys that are not, and says so."""
    async with service.engine.begin() as conn:
        now = service.clock()
        state = await read(conn, service.content, now - GRACE)
        due = await _due(conn, service, state, now - GRACE)
        people = by_role(await roles.reached(conn))
        must = expected(due, people)
        known = await reminders.known(conn, since=now - LAPSE - GRACE)
        gaps = sorted(must.keys() - known)
        nobody = [notice for notice in due if not recipients(notice, people)]
        gaps += [f"nobody:{n.period.key}:{n.agency}:{n.step}" for n in nobody]
        if gaps:
            await _alarm(conn, gaps, people, now)
    EXPECTED.set(len(must))
    MISSING.set(len(gaps))
    if gaps:
        LOG.error("notices were missed", extra={"count": len(gaps)})
    return gaps


async def _due(conn: Connection, service: Service, state: State, now: dt.datetime) -> list[Notice]:
    """Give the notices due by now that are young enough, and not older than reminding here."""
    begun = dt.datetime.fromisoformat(await facts.put_first(conn, SINCE, now.isoformat()))
    oldest = max(begun, now - LAPSE)
    return due_notices(service.content, state.owed, state.log, now, after=oldest)


async def _queue(
    conn: Connection, service: Service, state: State, found: Sequence[Mail], now: dt.datetime
) -> None:
    letters = [_worded(mail, service, state) for mail in found]
    rows = await _post(conn, letters, now)
    carried = [
        Carried(key, mail.person.id, at, rows.get(mail.key))
        for mail in found
        for key, at in mail.keys
    ]
    await reminders.put(conn, carried, now=now)


def _worded(mail: Mail, service: Service, state: State) -> Letter:
    text, buttons = reminder(mail, state, service.content, speaking(mail.person))
    return letter(mail.person, mail.key, text, buttons)


async def _alarm(conn: Connection, gaps: Sequence[str], people: ByRole, now: dt.datetime) -> None:
    """Tell administrators and coordinators, once an hour at most."""
    letters = []
    for person in dict.fromkeys(p for role in TOLD for p in people.get((role, ""), ())):
        t = speaking(person)
        text = t(
            "⚠ {count} reminders were not sent in time, the first: {key}. Please look at the log.",
            count=len(gaps),
            key=gaps[0],
        )
        key = f"alarm:reminders:{now:%Y-%m-%dT%H}:{person.id}"
        letters.append(letter(person, key, text))
    await _post(conn, letters, now)


async def _post(conn: Connection, letters: Sequence[Letter], now: dt.datetime) -> dict[str, int]:
    """Queue messages; gives their numbers by key, without those whose key is there already."""
    found = [queued(one) for one in letters]
    return await outbox.add_all(conn, found, priority=outbox.REMINDER, now=now)
