"""A real kill -9 while twenty people talk on Telegram: no update is lost, none counts twice.

`make soak` runs it with many more rounds (SOAK_ROUNDS); the same seed gives the same talk.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.botapi.running import BotApi, running
from tests.conftest import ROOT, environment

ROUNDS = int(os.environ.get("SOAK_ROUNDS", "3"))
PEOPLE = range(100, 120)
QUESTIONS = ("làm hộ chiếu ở đâu", "cảm ơn", "ly hôn thì sao", "/dulieu", "đổi căn cước mấy ngày")
PRESSES = ("Các bước", "Lệ phí", "Giấy tờ", "👍", "👎", "Lưu thành tệp")
PATIENCE = 120.0


class Killable:
    """The program as a process on one data folder, killed and started again."""

    def __init__(self, folder: Path, api: BotApi) -> None:
        self.folder = folder
        self.settings = {
            "BOT_PORT": "0",
            "BOT_LOG_LEVEL": "error",
            "BOT_TELEGRAM_TOKEN": api.token,
            "BOT_TELEGRAM_BASE_URL": api.url,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start; updates wait on the platform until it asks for them."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo"],
            cwd=self.folder,
            env=environment(ROOT / "content", self.folder / "data", self.settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """End it with no chance to tidy up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API."""
    with running() as server:
        yield server


@pytest.fixture
def bot(tmp_path: Path, library: object, api: BotApi) -> Iterator[Killable]:
    """Give a bot with its index already built."""
    del library
    shutil.copytree(ROOT / "data" / "index", tmp_path / "data" / "index")
    killable = Killable(tmp_path, api)
    killable.start()
    yield killable
    killable.kill()


def test_no_update_is_lost_and_none_counts_twice(
    bot: Killable, api: BotApi, tmp_path: Path
) -> None:
    chance = random.Random(11)
    sent: list[tuple[int, int]] = []
    for _ in range(ROUNDS):
        for user in chance.sample(PEOPLE, len(PEOPLE)):
            number = talk(api, chance, user)
            sent.append((user, number))
        answers = chance.randint(1, len(PEOPLE))
        before = len(api.calls())
        api.wait_for(lambda b=before, n=answers: len(api.calls()) >= b + n, PATIENCE)  # type: ignore[misc]
        bot.kill()
        bot.start()
    api.wait_for(lambda: settled(tmp_path, len(sent)), PATIENCE)
    bot.kill()
    check(api, tmp_path, sent)


def talk(api: BotApi, chance: random.Random, user: int) -> int:
    """Let somebody ask, or press a button they see; gives the update's number."""
    labels = [
        button["text"]
        for shown in api.chat(user).bots[-1:]
        for row in shown.buttons
        for button in row
    ]
    wanted = [label for label in labels if label.startswith(PRESSES)]
    if wanted and chance.random() < 0.5:
        return api.press(user, chance.choice(wanted))
    return api.say(user, chance.choice(QUESTIONS))


def settled(folder: Path, updates: int) -> bool:
    """Tell whether every update was handled and nothing waits to be sent."""
    with sqlite3.connect(folder / "data" / "motcua.db") as raw:
        ((seen,),) = raw.execute("SELECT count(*) FROM seen")
        ((queued,),) = raw.execute("SELECT count(*) FROM outbox WHERE state = 'queued'")
    return bool(seen >= updates and not queued)


def check(api: BotApi, folder: Path, sent: list[tuple[int, int]]) -> None:
    """Compare what people did with what the program kept, and with what they were sent."""
    with sqlite3.connect(folder / "data" / "motcua.db") as raw:
        seen = {int(message) for (message,) in raw.execute("SELECT message FROM seen")}
        rows = raw.execute("SELECT key, state, tries FROM outbox").fetchall()
        bubbles = raw.execute(
            "SELECT people.user, sum(mine) FROM messages JOIN people ON people.id = person_id"
            " GROUP BY people.user"
        ).fetchall()
    assert seen == {number for _, number in sent}, "updates lost"
    answered = {int(key.split(":")[3]) for key, _, _ in rows}
    assert answered == seen, "an update without an answer"
    assert {state for _, state, _ in rows} <= {"sent", "unknown"}
    assert all(state == "unknown" for _, state, tries in rows if tries > 1), "a repeat not told"
    said = {str(user): sum(1 for who, _ in sent if who == user) for user in PEOPLE}
    assert dict(bubbles) == said, "an effect lost or doubled"
    sure = sum(state == "sent" for _, state, _ in rows)
    tried = sum(tries for _, _, tries in rows)
    shown = sum(
        len(api.chat(user).bots) + sum(one.edits for one in api.chat(user).bots) for user in PEOPLE
    )
    assert sure <= shown <= tried, "a repeat that is not told"
