"""Telegram away, refusing or slow, the database locked, the disk full: nothing is lost or hurried.

The server counts what comes too fast. `make soak` lets it last as long as the issue asks
(SOAK_SECONDS=30); `make test` takes a short form of the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.library import Library
from db import outbox
from db.engine import open_engine, upgrade
from db.outbox import Queued
from tests.botapi.running import BotApi, running
from tests.phone import Bot, bot_on_telegram

LONG = "SOAK_SECONDS" in os.environ
SECONDS = float(os.environ.get("SOAK_SECONDS", "1"))
"""How long the platform is away; a lock lasts a sixth of it."""
QUESTIONS, SHARE = (5, 0.5) if LONG else (1, 0.2)
"""What everybody asks while a share of all calls is refused."""
PEOPLE = range(10, 30)
PATIENCE = 120.0
ASKED = "lệ phí cấp hộ chiếu là bao nhiêu"
SMALL = "16m"
"""Room for the database and for its log, which grows to four megabytes before it is cut."""


class Crowd:
    """Twenty people who ask, and what they and the database have seen at the end."""

    def __init__(self, api: BotApi, folder: Path) -> None:
        self.api = api
        self.database = folder / "phone.db"
        self.asked: list[int] = []

    def ask(self) -> None:
        """Let everybody ask."""
        self.asked += [self.api.say(user, ASKED) for user in PEOPLE]

    def answered(self) -> bool:
        """Tell whether everybody has as many answers as they asked questions."""
        each = len(self.asked) // len(PEOPLE)
        return all(len(self.api.chat(user).bots) >= each for user in PEOPLE)

    def wait(self) -> None:
        """Wait until everybody is answered."""
        self.api.wait_for(self.answered, PATIENCE)

    def check(self) -> None:
        """Find everything once, and nothing too fast; the bot has stopped, all is written down."""
        with contextlib.closing(sqlite3.connect(self.database)) as raw:
            seen = [int(number) for (number,) in raw.execute("SELECT message FROM seen")]
            mine = raw.execute("SELECT count(*) FROM messages WHERE mine").fetchone()
            sent = raw.execute("SELECT state, tries FROM outbox").fetchall()
        assert sorted(seen) == sorted(self.asked)
        assert mine == (len(self.asked),)
        assert {state for state, _ in sent} <= {"sent", "unknown"}
        shown = sum(len(self.api.chat(user).bots) for user in PEOPLE)
        doubt = sum(state == "unknown" for state, _ in sent)
        assert len(self.asked) <= shown <= len(self.asked) + doubt
        assert self.api.violations == []
        print(f"{len(seen)} updates, {doubt} in doubt, {self.api.state.rates.highest}/s at most")


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API that counts what comes too fast."""
    with running() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give where the database is; a test may put a small disk there first."""
    return tmp_path


@pytest.fixture
def crowd(library: Library, folder: Path, api: BotApi) -> Iterator[Crowd]:
    """Give people who have asked once; when the bot has stopped, everything must be there."""
    found = Crowd(api, folder)
    with bot_on_telegram(library, folder, api, pace=None):
        found.ask()
        found.wait()
        yield found
    found.check()


def pause(seconds: float) -> None:
    """Let a fault last."""
    threading.Event().wait(seconds)


def test_an_outage_of_the_platform(crowd: Crowd, api: BotApi) -> None:
    crowd.ask()
    api.stop()
    crowd.ask()
    pause(SECONDS)
    api.start()
    crowd.ask()
    crowd.wait()


@pytest.mark.parametrize("how", [("500", ""), ("429", "sendMessage")])
def test_many_calls_are_refused(crowd: Crowd, api: BotApi, how: tuple[str, str]) -> None:
    kind, method = how
    api.fault(kind, method=method, share=SHARE)
    for _ in range(QUESTIONS):
        crowd.ask()
    pause(SECONDS)
    api.calm()
    crowd.wait()


def test_a_locked_database(crowd: Crowd) -> None:
    with contextlib.closing(sqlite3.connect(crowd.database)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        crowd.ask()
        pause(SECONDS / 6)
        lock.rollback()
    crowd.wait()


def test_sealed_addresses_of_one_person_are_one_chat(
    library: Library, tmp_path: Path, api: BotApi
) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'phone.db'}"
    sealed = [
        Queued(f"news-{at}", "telegram", f"{PEOPLE[0]}#{at}", {"text": "x"}, None)
        for at in range(6)
    ]

    async def queue() -> None:
        engine = open_engine(database)
        await upgrade(engine)
        async with engine.begin() as conn:
            now = dt.datetime.now(dt.UTC)
            await outbox.add_all(conn, sealed, priority=outbox.REMINDER, now=now)
        await engine.dispose()

    asyncio.run(queue())
    api.open(PEOPLE[0])
    bot = Bot(library, database, api)
    bot.service.deliverers["telegram"].unseal = lambda user: user.partition("#")[0]
    with bot.started():
        api.wait_for(lambda: len(api.chat(PEOPLE[0]).bots) == len(sealed), PATIENCE)
    assert api.violations == []


class TestOnASmallDisk:
    """The database lies on a file system of its own that is full for a while."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Iterator[Path]:
        """Give a folder with room for little; only root can make one."""
        disk = tmp_path / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(disk)]
        try:
            subprocess.run(mount, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("no small file system can be mounted here (root only)")
        yield disk
        subprocess.run(["umount", "--lazy", str(disk)], check=True)

    def test_it_goes_on_when_there_is_room_again(self, crowd: Crowd, folder: Path) -> None:
        """The bot waits, and takes what was said meanwhile."""
        ballast = folder / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)
        crowd.ask()
        pause(SECONDS)
        assert not crowd.answered()
        ballast.unlink()
        crowd.wait()
