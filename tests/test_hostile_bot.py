"""Thousands of malformed and hostile updates through the whole bot: it stays up, and gives nothing.

`make soak` sends more of them (SOAK_UPDATES).
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import logging
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bot.library import Library
from db import people, roles
from db.engine import open_engine
from db.roles import ROLES, Role
from tests.botapi.running import BotApi, running
from tests.hostile_updates import CITIZENS, GROUPS, STAFF, UPDATE, VICTIM, by
from tests.phone import bot_on_telegram

UPDATES = int(os.environ.get("SOAK_UPDATES", "250"))
BATCH = 10
PATIENCE = 60.0
CANARY = "chim hoàng yến 770"
SENDERS = itertools.cycle(CITIZENS)
WITNESSES = itertools.count(1_000_000)
OURS = {"bold"}
"""All markup our messages have: a title."""


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API where everybody can be written to."""
    with running() as server:
        for user in (*CITIZENS, *GROUPS, STAFF, VICTIM):
            server.open(user)
        yield server


def test_nothing_crashes_goes_out_unescaped_or_gains_rights(
    library: Library, tmp_path: Path, api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    batch: list[Any] = []

    @settings(
        max_examples=UPDATES,
        phases=[Phase.generate],  # what came before is in the bot: there is no smaller example
        suppress_health_check=list(HealthCheck),
    )
    @given(UPDATE)
    def feed(update: Any) -> None:
        batch.append(update)
        if len(batch) % BATCH == 0:
            send(api, batch[-BATCH:])

    with bot_on_telegram(library, tmp_path, api):
        seed(api, f"sqlite+aiosqlite:///{tmp_path / 'phone.db'}")
        before = guarded(tmp_path)
        with caplog.at_level(logging.ERROR):
            feed()
            api.wait_for(lambda: not api.state.updates, PATIENCE)
            assert "Nguồn:" in answer(api, next(WITNESSES), "lệ phí cấp hộ chiếu")
    print(len(batch), "updates:", handled(tmp_path))
    assert len(batch) >= UPDATES
    assert [record.getMessage() for record in caplog.records] == []
    assert guarded(tmp_path) == before
    check_shown(api)


def send(api: BotApi, batch: list[Any]) -> None:
    """Send some updates, from many people in turn; then somebody else is answered as ever."""
    with api.state.changed:
        for update in batch:
            api.raw(by(next(SENDERS), update))
    assert "Nguồn:" in answer(api, next(WITNESSES), "lệ phí cấp hộ chiếu là bao nhiêu tiền")


def answer(api: BotApi, user: int, words: str) -> str:
    """Ask something new, and give the answer."""
    api.say(user, words)
    api.wait_for(lambda: api.chat(user).bots, PATIENCE)
    return api.chat(user).bots[-1].text


def seed(api: BotApi, database: str) -> None:
    """Let there be somebody with every role, and a feedback with somebody's own words."""
    asyncio.run(give_roles(database))
    for step in ("/phananh", "Phản ánh", f"Đèn đường ở ấp 3 tắt, {CANARY}", "Tôi đồng ý"):
        shown = len(api.chat(VICTIM).bots)
        known = shown and any(
            label.startswith(step) for row in api.chat(VICTIM).bots[-1].rows for label, _ in row
        )
        _ = api.press(VICTIM, step) if known else api.say(VICTIM, step)
        api.wait_for(lambda s=shown: len(api.chat(VICTIM).bots) > s, PATIENCE)  # type: ignore[misc]


async def give_roles(database: str) -> None:
    engine = open_engine(database)
    now = dt.datetime.now(dt.UTC)
    async with engine.begin() as conn:
        person = await people.find_or_add(conn, "telegram", str(STAFF), lang="vi", now=now)
        for role in ROLES:
            await roles.grant(conn, person, Role(role, "ubnd-cap-xa"), by=None, now=now)
    await engine.dispose()


def handled(folder: Path) -> dict[str, int]:
    """Count what the updates led to."""
    with contextlib.closing(sqlite3.connect(folder / "phone.db")) as raw:
        tables = ("seen", "people", "cases", "dialogs", "outbox", "messages")
        return {
            name: raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - ours
            for name in tables
        }


def guarded(folder: Path) -> list[list[tuple[Any, ...]]]:
    """Give what nobody without a task may change."""
    with contextlib.closing(sqlite3.connect(folder / "phone.db")) as raw:
        return [
            raw.execute(query).fetchall()
            for query in (
                "SELECT * FROM roles",
                "SELECT * FROM invitations",
                "SELECT * FROM report_events",
                "SELECT * FROM announcements",
                "SELECT * FROM case_events WHERE case_id = 1",
                "SELECT * FROM case_events WHERE role NOT IN ('citizen', 'system')",
                "SELECT * FROM questions WHERE closed IS NOT NULL",
                "SELECT text FROM messages JOIN people ON person_id = people.id WHERE user = '60'",
            )
        ]


def check_shown(api: BotApi) -> None:
    """Nobody's markup became markup, nobody's words came to others, no call was malformed."""
    for chat in api.state.chats.values():
        for shown in chat.bots:
            assert {entity["type"] for entity in shown.entities} <= OURS, shown.html
            assert chat.id in (VICTIM, STAFF) or CANARY not in shown.text
            assert "phía hệ thống" not in shown.text
    wrong = [one for one in api.refusals if "parse" in one.why or "Internal" in one.why]
    assert wrong == []
