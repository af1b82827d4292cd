"""Part H: announcements: queueing a million, sending at Telegram's limit, and answers meanwhile."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from bot.channels.telegram import Telegram
from bot.library import Library
from bot.pace import Pace
from db import announced, announcements
from db.engine import Engine, open_engine, upgrade
from tests.bench.memory import now_mb, peak_mb
from tests.bench.tables import NONE, note, number, percent, table
from tests.botapi.running import BotApi, running
from tests.phone import bot_on_telegram

MANY = 1_000_000
FAST = 4_000
"""Recipients while no pace is kept: how fast queue and sender can go."""
REACHED = 5_000
"""Chats the server knows: more are not reached while it is measured."""
SECONDS = 60
"""Of sending at Telegram's pace, with a question every two seconds."""
ASKED = "lệ phí cấp hộ chiếu là bao nhiêu tiền"
CONTENT: dict[str, Any] = {"texts": {"vi": "tin"}, "audience": {}, "topic": "thu-tuc", "at": ""}
BODIES = {lang: {"text": "Sáng thứ Bảy có làm việc.", "buttons": []} for lang in ("vi", "en")}
_PEOPLE = sa.text(
    "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
    " INSERT INTO people (channel, user, lang, created)"
    " SELECT 'telegram', i, 'vi', '2026-01-01 00:00:00' FROM n"
)
_TOPICS = sa.text(
    "INSERT INTO topics (person_id, topic) SELECT id, 'thu-tuc' FROM people WHERE user <> '1'"
)


def report(library: Library) -> str:
    """Measure; gives the tables."""
    note(f"announcing: queueing {MANY:,}")
    with tempfile.TemporaryDirectory() as folder:
        seconds, growth = asyncio.run(_queue_many(Path(folder)))
    rows = [
        [f"queueing {MANY:,} in one statement", number(seconds), "s", number(growth), "MB more"]
    ]
    note("announcing: as fast as it goes")
    rate, _, _ = _send(library, FAST, Pace(), None)
    rows.append(["sending, no pace kept", number(rate, 0), "messages/s", NONE, ""])
    note("announcing: at Telegram's pace")
    rate, waits, violations = _send(library, 100_000, None, SECONDS)
    share = rate / Telegram.pace.per_second
    rows.append(
        ["sending at Telegram's pace", percent(share), "of it", str(violations), "too fast"]
    )
    p95 = float(np.percentile(waits, 95))
    rows.append(["a question meanwhile, p95", number(p95, 0), "ms", str(len(waits)), "asked"])
    return table("H. Announcements", ["what", "", "", "", ""], rows)


async def _queue_many(folder: Path) -> tuple[float, float]:
    """Queue for a million people; gives seconds, and megabytes the process grew by."""
    engine = open_engine(f"sqlite+aiosqlite:///{folder / 'many.db'}")
    await _fill(engine, MANY)
    before = now_mb() or 0.0
    begun = time.perf_counter()
    async with engine.begin() as conn:
        assert await announced.queue(conn, 1, BODIES, content=CONTENT, now=_now()) == MANY
    seconds = time.perf_counter() - begun
    await engine.dispose()
    return seconds, max((peak_mb() or 0.0) - before, 0.0)


async def _fill(engine: Engine, count: int) -> None:
    """Let many people on Telegram subscribe, and write an announcement for them."""
    await upgrade(engine)
    async with engine.begin() as conn:
        await conn.execute(_PEOPLE, {"first": 1000, "last": 999 + count})
        await conn.execute(_TOPICS)
        assert await announcements.add(conn, CONTENT, by=1, now=_now()) == 1


def _send(
    library: Library, count: int, pace: Pace | None, seconds: int | None
) -> tuple[float, list[float], int]:
    """Send to many; gives messages a second, what questions waited (ms), and what came too fast."""
    with tempfile.TemporaryDirectory() as name, running(keep_calls=False) as api:
        how: dict[str, Any] = {"pace": pace or Telegram.pace}
        with bot_on_telegram(library, Path(name), api, **how) as bot:
            asyncio.run(_queue(str(bot.engine.url), count))
            for user in range(1000, 1000 + min(count, REACHED)):
                api.open(user)
            begun = time.perf_counter()
            waits = list(_ask(api, seconds)) if seconds else []
            if not seconds:
                api.wait_for(lambda: _sent(api) >= count, 600)
            elapsed = time.perf_counter() - begun
            return (_sent(api) + len(waits)) / elapsed, waits, len(api.violations)


async def _queue(url: str, count: int) -> None:
    engine = open_engine(url)
    await _fill(engine, count)
    async with engine.begin() as conn:
        await announced.queue(conn, 1, BODIES, content=CONTENT, now=_now())
    await engine.dispose()


def _ask(api: BotApi, seconds: int) -> Iterator[float]:
    """Ask every two seconds; gives what each answer took."""
    chat, over = api.chat(1), time.perf_counter() + seconds
    while time.perf_counter() < over:
        count, begun = len(chat.bots), time.perf_counter()
        api.say(1, ASKED)
        _answered(api, count)
        yield 1000 * (time.perf_counter() - begun)
        time.sleep(max(begun + 2 - time.perf_counter(), 0))


def _answered(api: BotApi, before: int) -> None:
    api.wait_for(lambda: len(api.chat(1).bots) > before, 60)


def _sent(api: BotApi) -> int:
    return sum(len(chat.bots) for user, chat in list(api.state.chats.items()) if user != 1)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
