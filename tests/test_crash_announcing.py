"""Announcing at Telegram's pace while the sender dies by kill -9: each recipient in one state.

People take back what they asked for meanwhile; at last an editor stops a second announcement.
`make soak` runs it with many more people and kills (SOAK_RECIPIENTS, SOAK_KILLS).
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import random
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.deliver import AT_ONCE
from db import announcements, people, roles, topics
from db.engine import Connection, open_engine, upgrade
from db.roles import Role
from tests.botapi.running import BotApi, running
from tests.conftest import ROOT
from tests.forking import Killable, killable

COUNT = int(os.environ.get("SOAK_RECIPIENTS", "40"))
KILLS = int(os.environ.get("SOAK_KILLS", "2"))
EDITOR, FIRST = 1, 1000
STAFF = {EDITOR: "editor", 2: "approver"}
PATIENCE = 90.0
"""Seconds in which something has to arrive where there is work left."""
NEWS, MORE = "Sáng thứ Bảy có làm việc.", "Chiều thứ Bảy không làm việc."


class Town:
    """Telegram, the bot on it, and how often each person was shown an announcement."""

    def __init__(self, api: BotApi, bot: Killable, folder: Path) -> None:
        self.api, self.bot, self.folder = api, bot, folder
        self.got: dict[str, Counter[int]] = {NEWS: Counter(), MORE: Counter()}
        self.last = {NEWS: 0.0, MORE: 0.0}
        self._looked = 0

    def look(self, news: str) -> int:
        """Count what arrived since the last look; gives how much of one announcement it is."""
        calls = self.api.state.calls
        for call in calls[self._looked :]:
            if call.method == "sendMessage" and call["text"] in self.got:
                self.got[call["text"]][int(call["chat_id"])] += 1
                self.last[call["text"]] = call.at
        self._looked = len(calls)
        return self.got[news].total()

    def states(self, number: int) -> dict[int, str]:
        """Give each recipient's state, as the database stands."""
        query = "SELECT user, state FROM outbox WHERE key GLOB ?"
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "motcua.db")) as raw:
            rows = raw.execute(query, (f"announce:{number}:person:*",)).fetchall()
        found = {int(user): state for user, state in rows}
        assert len(found) == len(rows), "somebody is there twice"
        return found

    def wait(self, news: str, true: Callable[[], bool]) -> None:
        """Wait for something; a sender that hangs says where."""
        changed, seen, end = self.api.state.changed, -1, 0.0
        with changed:
            while not changed.wait_for(true, 0.5):
                if seen != self.look(news):
                    seen, end = self.look(news), time.monotonic() + PATIENCE
                assert time.monotonic() < end, self.bot.stacks()


@pytest.fixture
def town(tmp_path: Path, library: object) -> Iterator[Town]:
    """Give a bot with its index already built, on a Telegram where all have begun to talk."""
    del library
    shutil.copytree(ROOT / "data" / "index", tmp_path / "data" / "index")
    asyncio.run(approved(tmp_path, NEWS, COUNT))
    with running() as api:
        for user in (EDITOR, *range(FIRST, FIRST + COUNT)):
            api.open(user)
        told = {"BOT_TELEGRAM_TOKEN": api.token, "BOT_TELEGRAM_BASE_URL": api.url}
        with killable(tmp_path, told) as bot:
            yield Town(api, bot, tmp_path)


async def approved(folder: Path, news: str, count: int = 0) -> None:
    """Write an approved announcement down, for so many people more."""
    engine = open_engine(f"sqlite+aiosqlite:///{folder}/data/motcua.db")
    await upgrade(engine)
    now = dt.datetime.now(dt.UTC)
    async with engine.begin() as conn:
        for user in range(FIRST, FIRST + count):
            person = await people.find_or_add(conn, "telegram", str(user), lang="vi", now=now)
            await topics.subscribe(conn, person, "thu-tuc")
        by = [await staff(conn, user, role, now) for user, role in STAFF.items()]
        told = {"texts": {"vi": news}, "topic": "thu-tuc", "audience": {}, "at": now.isoformat()}
        number = await announcements.add(conn, told, by=by[0], now=now)
        assert await announcements.approve(conn, number, by=by[1], now=now)
    await engine.dispose()


async def staff(conn: Connection, user: int, role: str, now: dt.datetime) -> int:
    """Give somebody a role; gives their number."""
    person = await people.find_or_add(conn, "telegram", str(user), lang="vi", now=now)
    await roles.grant(conn, person, Role(role), by=None, now=now)
    return person.id


def test_each_recipient_is_in_one_state_through_kills(town: Town) -> None:
    chance = random.Random(8)
    town.bot.start()
    town.wait(NEWS, lambda: town.look(NEWS) > 0)
    for _ in range(KILLS):
        enough = town.look(NEWS) + chance.randint(1, max(2, 2 * COUNT // (KILLS + 1)))
        town.api.press_data(chance.randrange(FIRST, FIRST + COUNT), "topic:off:thu-tuc")
        town.wait(NEWS, lambda: town.look(NEWS) >= enough or over(town))  # noqa: B023
        assert len(town.states(1)) == COUNT, "the sum is not what it was"
        town.bot.kill()
        assert len(town.states(1)) == COUNT, "the sum is not what it was"
        town.bot.start()
    town.wait(NEWS, lambda: over(town))
    town.bot.kill()
    check(town, NEWS, town.states(1), {"sent", "unknown", "opted-out"})
    asyncio.run(approved(town.folder, MORE))
    town.bot.start()
    town.wait(MORE, lambda: town.look(MORE) > COUNT // 4)
    town.api.press_data(EDITOR, "announce:stop:2")
    town.wait(MORE, lambda: bool(town.api.chat(EDITOR).bots))
    before, at = town.look(MORE), time.monotonic()
    town.wait(MORE, lambda: over(town))
    town.bot.kill()
    after = town.look(MORE) - before
    print(f"{after} after it was said to be stopped, the last {town.last[MORE] - at:+.3f} s")
    assert after <= AT_ONCE
    check(town, MORE, town.states(2), {"sent", "unknown", "stopped"})


def over(town: Town) -> bool:
    """Tell whether nothing waits, and nothing that was stopped is on its way."""
    queued = "SELECT 1 FROM outbox WHERE state = 'queued' AND channel = 'telegram' AND priority = 2"
    away = "SELECT 1 FROM outbox WHERE state = 'stopped' AND lease_until NOT NULL"
    with contextlib.closing(sqlite3.connect(town.folder / "data" / "motcua.db")) as raw:
        return not any(raw.execute(f"{one} LIMIT 1").fetchone() for one in (queued, away))


def check(town: Town, news: str, states: dict[int, str], allowed: set[str]) -> None:
    """What is said to be sent was shown once, what is in doubt at most once, the rest never."""
    town.look(news)
    counted, got = Counter(states.values()), town.got[news]
    print(f"{counted}, {got.total()} shown, {town.api.state.rates.highest} in the busiest second")
    assert set(counted) <= allowed
    assert set(got.values()) == {1}, "somebody got it twice"
    assert {user for user, state in states.items() if state == "sent"} <= set(got)
    assert {user for user in got if states[user] not in ("sent", "unknown")} == set()
    assert counted["unknown"] <= AT_ONCE * KILLS
    assert town.api.violations == []
