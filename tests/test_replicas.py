"""Two processes on PostgreSQL behind one address: one is killed, the database is cut off.

Questions come by webhook to either, reminders and an announcement are being sent meanwhile. The
short form is for every run; `make soak` (REPLICA_ROUNDS) kills often and cuts for thirty seconds.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from db import announcements, outbox, people, roles, topics
from db.engine import upgrade
from db.outbox import Queued
from db.roles import Role
from tests.botapi.running import BotApi, running
from tests.conftest import ROOT, environment
from tests.proxy import Proxy, proxy
from tests.serving import free_port
from tests.test_database import postgres, using

__all__ = ["postgres"]
ROUNDS = int(os.environ.get("REPLICA_ROUNDS", "0"))
CUT = 30.0
PATIENCE = 120.0
PEOPLE, OFFICIALS = range(100, 115), range(200, 220)
QUESTIONS = ("làm hộ chiếu ở đâu", "cảm ơn", "ly hôn thì sao", "đổi căn cước mấy ngày")
NEWS = "Từ 1/4, Bộ phận Một cửa làm việc cả sáng thứ Bảy."
SECRET = "s" * 20


class Replica:
    """The program as one of several processes, killed and started again."""

    def __init__(self, folder: Path, database: str, api: BotApi) -> None:
        self.port = free_port()
        self.folder = folder
        self.settings = {
            "BOT_DATABASE_URL": database,
            "BOT_PORT": str(self.port),
            "BOT_LOG_LEVEL": "error",
            "BOT_PUBLIC_URL": "https://bot.example.vn",
            "BOT_TELEGRAM_TOKEN": api.token,
            "BOT_TELEGRAM_BASE_URL": api.url,
            "BOT_TELEGRAM_MODE": "webhook",
            "BOT_TELEGRAM_SECRET": SECRET,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start; it takes a while until it serves."""
        with (self.folder / f"{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self.folder,
                env=environment(ROOT / "content", self.folder / "data", self.settings),
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def kill(self) -> None:
        """End it with no chance to tidy up."""
        assert self.process is not None, "it was started"
        self.process.kill()
        self.process.wait()

    @property
    def serves(self) -> bool:
        """Tell whether it takes calls."""
        return "alive" in self._get("/healthz")

    @property
    def sends(self) -> bool:
        """Tell whether it is the one that sends."""
        return "motcua_sender 1.0" in self._get("/metrics")

    def _get(self, path: str) -> str:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=5, trust_env=False).text
        except httpx.HTTPError:
            return ""


class Pair:
    """Two replicas behind one address, the platform they talk with, and the database's line."""

    def __init__(self, api: BotApi, url: str, line: Proxy, replicas: list[Replica]) -> None:
        self.api = api
        self.url = url
        self.line = line
        self.replicas = replicas
        self.sent: list[tuple[int, int]] = []
        self.chance = random.Random(5)

    def ask(self, count: int) -> None:
        """Let people ask, whoever it is that takes it."""
        for _ in range(count):
            user = self.chance.choice(PEOPLE)
            self.sent.append((user, self.api.say(user, self.chance.choice(QUESTIONS))))

    def ready(self) -> None:
        """Wait until both serve."""
        wait_until(lambda: all(one.serves for one in self.replicas), "a replica does not serve")

    def answered(self, more: int) -> None:
        """Wait until some messages more have gone out."""
        before = len(self.api.calls("sendMessage"))
        self.api.wait_for(lambda: len(self.api.calls("sendMessage")) >= before + more, PATIENCE)

    def sender(self) -> Replica:
        """Wait for the one that sends, and see that it is one."""
        wait_until(lambda: any(one.sends for one in self.replicas), "nobody sends")
        (only,) = [one for one in self.replicas if one.sends]
        return only

    def settled(self) -> None:
        """Wait until every update was taken and nothing waits to be sent."""
        wait_until(
            lambda: not self.api.state.updates and not using(self.url, _waiting),
            "something waits for ever",
        )


def wait_until(true: Callable[[], bool], otherwise: str) -> None:
    """Look again and again until something of another process is true."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, otherwise
        Event().wait(0.1)


@pytest.fixture
def pair(postgres: str, library: object, tmp_path: Path) -> Iterator[Pair]:
    """Give two replicas that run."""
    del library
    shutil.copytree(ROOT / "data" / "index", tmp_path / "data" / "index")
    using(postgres, upgrade)
    address = sa.make_url(postgres)
    with ExitStack() as stack:
        api = stack.enter_context(running(limited=True))
        line = stack.enter_context(proxy(address.port or 5432))
        through = address.set(port=line.port).render_as_string(hide_password=False)
        replicas = [Replica(tmp_path, through, api) for _ in range(2)]
        front = stack.enter_context(proxy(*(one.port for one in replicas)))
        api.state.webhook_at = f"http://127.0.0.1:{front.port}/telegram/webhook"
        for one in replicas:
            one.start()
            stack.callback(one.kill)
        yield Pair(api, postgres, line, replicas)


def test_one_of_two_is_killed_and_nothing_is_lost_or_doubled(pair: Pair) -> None:
    using(pair.url, lambda engine: prepare(engine, pair.api))
    pair.ask(15)
    pair.answered(10)
    pair.sender().kill()
    pair.ask(15)
    pair.sender()
    pair.settled()
    check(pair)


@pytest.mark.skipif(not ROUNDS, reason="`make soak` runs it: minutes")
def test_killed_and_cut_off_many_times(pair: Pair) -> None:
    using(pair.url, lambda engine: prepare(engine, pair.api))
    late = []
    for at in range(ROUNDS):
        pair.ask(15)
        pair.answered(5)
        pair.ready()
        victim = pair.sender() if at % 2 else pair.replicas[at // 2 % 2]
        victim.kill()
        begun = time.monotonic()
        pair.ask(5)
        pair.sender()
        late.append(time.monotonic() - begun)
        victim.start()
        pair.ask(5)
    print(f"another sends after at most {max(late):.1f} s")
    pair.ready()
    pair.ask(10)
    pair.line.cut()
    pair.ask(10)
    Event().wait(CUT)
    pair.line.mend()
    pair.sender()
    pair.ask(10)
    pair.settled()
    check(pair)
    assert max(late) <= 10


async def prepare(engine: AsyncEngine, api: BotApi) -> None:
    """Queue reminders to officials, and approve an announcement to everybody there is."""
    now = dt.datetime.now(dt.UTC)
    async with engine.begin() as conn:
        staff = []
        for user in OFFICIALS:
            api.open(user)
            staff.append(await people.find_or_add(conn, "telegram", str(user), lang="vi", now=now))
            await topics.subscribe(conn, staff[-1], "thu-tuc")
        for person, role in zip(staff, ("editor", "approver"), strict=False):
            await roles.grant(conn, person, Role(role), by=None, now=now)
        body: dict[str, Any] = {"text": "Nhắc hạn báo cáo", "buttons": []}
        due = [Queued(f"remind:{p.id}", "telegram", p.user, body, p.id) for p in staff]
        await outbox.add_all(conn, due, priority=outbox.REMINDER, now=now)
        content = {"texts": {"vi": NEWS}, "audience": {}, "topic": "thu-tuc", "at": now.isoformat()}
        one = await announcements.add(conn, content, by=staff[0].id, now=now)
        assert await announcements.approve(conn, one, by=staff[1].id, now=now)


async def _waiting(engine: AsyncEngine) -> int:
    query = (
        "SELECT (SELECT count(*) FROM outbox WHERE state = 'queued')"
        " + (SELECT count(*) FROM announcements WHERE state = 'approved')"
    )
    return int((await _rows(engine, query))[0][0])


async def _rows(engine: AsyncEngine, query: str) -> list[Any]:
    async with engine.connect() as conn:
        return list((await conn.execute(sa.text(query))).all())


def check(pair: Pair) -> None:
    """Compare what people did with what was kept, and what was sent with what was received."""
    seen = using(pair.url, lambda engine: _rows(engine, "SELECT message FROM seen"))
    rows = using(pair.url, lambda engine: _rows(engine, "SELECT key, state, tries FROM outbox"))
    assert {int(message) for (message,) in seen} == {number for _, number in pair.sent}
    answers = [row for row in rows if row.key.startswith("reply:")]
    assert {int(key.split(":")[3]) for key, _, _ in answers} == {n for _, n in pair.sent}
    assert {state for _, state, _ in rows} <= {"sent", "unknown"}
    assert sum(row.key.startswith("remind:") for row in rows) == len(OFFICIALS)
    assert sum(row.key.startswith("announce:") for row in rows) >= len(OFFICIALS)
    got = sum(len(pair.api.chat(user).bots) for user in (*PEOPLE, *OFFICIALS))
    sure = sum(state == "sent" for _, state, _ in rows)
    tried = sum(tries for _, _, tries in rows)
    assert sure <= got <= tried, "a repeat that is not told"
    for user in OFFICIALS:
        texts = [shown.text for shown in pair.api.chat(user).bots]
        assert len(texts) == len(set(texts)), "a notice that came twice"
    assert pair.api.violations == [], "the platform's limits hold over all replicas"
