"""A real kill -9 while people talk on Telegram: nothing is lost, and nothing counts twice.

Twenty people at a time ask, fill in forms, answer feedback and submit reports. `make soak` runs it
with many more rounds (SOAK_ROUNDS); the same seed gives the same talk.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram_write import as_html
from tests.botapi.running import BotApi, running
from tests.conftest import ROOT, Motcua
from tests.crash_town import SAID, Town, open_office
from tests.forking import Killable, killable

ROUNDS = int(os.environ.get("SOAK_ROUNDS", "6"))
PATIENCE = 60.0
"""Seconds in which something has to move where there is work left."""
OLD = "Nút này thuộc cuộc trò chuyện cũ"


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API."""
    with running() as server:
        yield server


@pytest.fixture
def bot(tmp_path: Path, library: object, api: BotApi) -> Iterator[Killable]:
    """Give a bot with its index already built, and its staff."""
    del library
    shutil.copytree(ROOT / "data" / "index", tmp_path / "data" / "index")
    asyncio.run(open_office(f"sqlite+aiosqlite:///{tmp_path}/data/motcua.db"))
    told = {"BOT_TELEGRAM_TOKEN": api.token, "BOT_TELEGRAM_BASE_URL": api.url}
    with killable(tmp_path, told) as program:
        yield program


def test_nothing_is_lost_and_nothing_counts_twice(
    bot: Killable, api: BotApi, tmp_path: Path, motcua: Motcua
) -> None:
    town = Town(api, random.Random(11))
    bot.start()
    for _ in range(ROUNDS):
        before = town.look()
        answers = town.chance.randint(0, town.talk())
        wait(bot, town, tmp_path, lambda: town.look() >= before + answers)  # noqa: B023
        bot.kill()
        bot.start()
    wait(bot, town, tmp_path, lambda: False)
    bot.kill()
    print(f"{ROUNDS} rounds, {len(town.updates)} updates, steps {dict(town.steps)}")
    check_replies(town, tmp_path)
    check_words(town, tmp_path)
    check_acts(town, tmp_path)
    ran = motcua("verify", BOT_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/data/motcua.db")
    assert ran.code == 0, ran


def wait(bot: Killable, town: Town, folder: Path, true: Callable[[], bool]) -> None:
    """Wait for something, or until nothing is left to do; a program that hangs says where."""
    changed, seen, end = town.api.state.changed, -1, 0.0
    with changed:
        while not changed.wait_for(true, 0.5) and not settled(folder, len(town.updates)):
            if seen != town.look():
                seen, end = town.look(), time.monotonic() + PATIENCE
            assert time.monotonic() < end, bot.stacks()


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Read the database as it stands."""
    with contextlib.closing(sqlite3.connect(folder / "data" / "motcua.db")) as raw:
        return raw.execute(query).fetchall()


def settled(folder: Path, updates: int) -> bool:
    """Tell whether every update was handled and nothing waits to be sent."""
    ((seen,),) = rows(folder, "SELECT count(*) FROM seen")
    ((queued,),) = rows(folder, "SELECT count(*) FROM outbox WHERE state = 'queued'")
    return bool(seen >= updates and not queued)


def check_replies(town: Town, folder: Path) -> None:
    """Every update was taken and answered; what was shown twice is said to be in doubt.

    What is kept nowhere (`unkept`) leaves no row behind once it was sent.
    """
    seen = [int(message) for (message,) in rows(folder, "SELECT message FROM seen")]
    assert sorted(seen) == sorted(number for _, number in town.updates), "updates lost or doubled"
    sent = rows(folder, "SELECT key, user, body, state, tries FROM outbox")
    print(Counter((key.partition(":")[0], state) for key, *_, state, _ in sent))
    assert {state for *_, state, _ in sent} <= {"sent", "unknown"}
    replies = [row for row in sent if row[0].startswith("reply:")]
    assert all(state == "unknown" for *_, state, tries in replies if tries > 1), "a repeat not told"
    letters = [row for row in sent if not row[0].startswith("reply:")]
    assert all(state == "sent" for *_, state, tries in letters if tries > 1), "a letter sent twice"
    check_shown(town, sent)


def check_shown(town: Town, sent: list[tuple[Any, ...]]) -> None:
    """What is said to be sent was shown, and nothing was shown more often than it was tried."""
    shown = Counter(
        (int(call["chat_id"]), call["text"])
        for call in town.api.calls()
        if call.method in ("sendMessage", "editMessageText")
    )
    least: Counter[tuple[int, str]] = Counter()
    most: Counter[tuple[int, str]] = Counter()
    for _, user, raw, state, tries in sent:
        body = json.loads(raw)
        place = (int(user) if user.isdecimal() else 0, as_html(body["text"]))
        least[place] += state == "sent" and not (body.get("edit") or body.get("files"))
        most[place] += tries
    for place, count in most.items():
        if place[0] and not place[1].startswith(OLD):
            assert least[place] <= shown[place] <= count, place


def check_words(town: Town, folder: Path) -> None:
    """What was said stands in one place, once; or the person was told that it was too late."""
    stand = Counter(
        int(number)
        for query in (
            "SELECT text FROM messages WHERE mine",
            "SELECT text FROM case_texts",
            "SELECT data FROM dialogs",
        )
        for (text,) in rows(folder, query)
        for number in SAID.findall(text)
    )
    assert set(stand) <= set(town.said)
    assert set(stand.values()) == {1}, "words counted twice"
    missing = Counter(user for number, user in town.said.items() if number not in stand)
    for user, count in missing.items():
        refused = sum(OLD in shown.text for shown in town.api.chat(user))
        assert count <= refused, f"words of {user} lost"


def check_acts(town: Town, folder: Path) -> None:
    """Each case has its receipt, each answer its letter, and no report was submitted twice."""
    told = {code for user in town.api.state.chats for code in town.codes(user)}
    codes = {code for (code,) in rows(folder, "SELECT code FROM cases")}
    assert told == codes, "a case without a receipt, or a receipt without a case"
    acts = Counter(kind for (kind,) in rows(folder, "SELECT kind FROM case_events"))
    print(acts)
    assert acts["received"] == len(codes)
    query = "SELECT count(*) FROM outbox WHERE key LIKE 'case:%:answer:%:citizen'"
    assert rows(folder, query) == [(acts["answered"],)]
    query = "SELECT report, year, agency, kind, data FROM report_events ORDER BY id"
    submitted: dict[tuple[Any, ...], bool] = {}
    for *report, kind, _ in rows(folder, query):
        if kind in ("submitted", "withdrawn"):
            assert submitted.get(tuple(report), False) != (kind == "submitted"), "done twice"
            submitted[tuple(report)] = kind == "submitted"
    proofs = [data for *_, kind, data in rows(folder, query) if kind == "proof"]
    print(len(proofs), "proofs", len(submitted), "reports")
    assert len(proofs) == len(set(proofs)), "a document noted twice"
