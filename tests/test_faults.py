"""Telegram and the database fail in every way; nothing is lost, and it mends without a hand."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.library import Library
from bot.pace import Pace
from db import outbox
from db.engine import open_engine
from tests.botapi.running import BotApi, running
from tests.phone import bot_on_telegram

PEOPLE = range(10, 16)
PATIENCE = 60.0
Wait = Callable[[], None]


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API that holds the limits."""
    with running(limited=True) as server:
        yield server


@pytest.fixture
def everybody_is_answered(library: Library, tmp_path: Path, api: BotApi) -> Iterator[Wait]:
    """Let six people ask while a bot runs; the call waits until each has an answer."""
    pace = Pace(per_second=25, per_chat=1, chat_burst=3)
    with bot_on_telegram(library, tmp_path, api, pace=pace):

        def wait() -> None:
            for user in PEOPLE:
                api.say(user, "lệ phí cấp hộ chiếu là bao nhiêu")
            api.wait_for(lambda: all(api.chat(user).bots for user in PEOPLE), PATIENCE)

        yield wait


@pytest.mark.parametrize("kind", ["502", "garbage", "drop_before"])
def test_a_failing_platform_gets_it_later(
    everybody_is_answered: Wait, api: BotApi, kind: str
) -> None:
    api.faults.add(kind, "sendMessage", share=0.5)
    everybody_is_answered()
    assert all(len(api.chat(user).bots) == 1 for user in PEOPLE)


def test_a_lost_answer_of_the_platform_is_shown_as_unknown(
    everybody_is_answered: Wait, api: BotApi, tmp_path: Path
) -> None:
    api.faults.add("drop_after", "sendMessage", times=2)
    everybody_is_answered()
    api.wait_for(lambda: sum(len(api.chat(user).bots) for user in PEOPLE) == 8, PATIENCE)
    for user in PEOPLE:  # a second answer comes only when the first is settled
        api.say(user, "cảm ơn")
    api.wait_for(lambda: sum(len(api.chat(user).bots) for user in PEOPLE) == 14, PATIENCE)
    assert _states(tmp_path).count("unknown") == 2


def test_what_can_never_be_sent_holds_up_nobody(
    everybody_is_answered: Wait, api: BotApi, tmp_path: Path
) -> None:
    everybody_is_answered()

    async def spoil() -> None:
        engine, now = (
            open_engine(f"sqlite+aiosqlite:///{tmp_path / 'phone.db'}"),
            dt.datetime.now(dt.UTC),
        )
        how: dict[str, Any] = {"channel": "telegram", "user": str(PEOPLE[0]), "priority": 0}
        async with engine.begin() as conn:
            body = {"text": "x", "edit": "no number"}
            await outbox.add(conn, key="spoilt", body=body, now=now, **how)
        await engine.dispose()

    asyncio.run(spoil())
    api.say(PEOPLE[0], "cảm ơn")
    api.wait_for(lambda: len(api.chat(PEOPLE[0]).bots) == 2, PATIENCE)
    assert api.chat(PEOPLE[0]).bots[-1].text.startswith(("Cảm ơn", "Dạ"))


def test_who_blocked_the_bot_is_written_to_no_more(
    everybody_is_answered: Wait, api: BotApi, tmp_path: Path
) -> None:
    api.chat(99)
    api.say(99, "xin chào")
    api.block(99)
    everybody_is_answered()
    api.say(PEOPLE[0], "cảm ơn")  # it is asked for when all before it is committed
    api.wait_for(lambda: len(api.chat(PEOPLE[0]).bots) == 2, PATIENCE)
    with sqlite3.connect(tmp_path / "phone.db") as raw:
        ((since,),) = raw.execute("SELECT blocked FROM people WHERE user = '99'")
    assert since is not None


def _states(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "phone.db") as raw:
        return [state for (state,) in raw.execute("SELECT state FROM outbox")]
