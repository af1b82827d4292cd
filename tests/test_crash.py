"""A real kill -9 at random moments: what was answered is kept, and nothing is counted twice."""

from __future__ import annotations

import http.cookiejar
import json
import random
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, environment
from tests.serving import free_port

ROUNDS = 5
QUESTIONS = ("làm hộ chiếu ở đâu", "cảm ơn", "ly hôn thì sao", "/start", "đổi căn cước mấy ngày")


class Bot:
    """The program as a process that can be killed and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it says where it is open."""
        settings = {"BOT_PORT": str(self.port), "BOT_LOG_LEVEL": "error"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo"],
            cwd=self.folder,
            env=environment(ROOT / "content", self.folder / "data", settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self.process.stdout is not None
        assert any(b"Stop with" in line for line in self.process.stdout)

    def kill(self) -> None:
        """End it with no chance to tidy up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def call(self, body: dict[str, str] | None = None) -> dict[str, Any]:
        """Send a message, or read the history."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/chat",
            json.dumps(body).encode() if body else None,
            {"content-type": "application/json"},
        )
        with self.opener.open(request, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


@pytest.fixture
def bot(tmp_path: Path, library: object) -> Bot:
    """Give a bot with its index already built."""
    del library  # built by now, so that starting takes a moment only
    shutil.copytree(ROOT / "data" / "index", tmp_path / "data" / "index")
    return Bot(tmp_path)


def test_nothing_answered_is_lost_and_nothing_counts_twice(bot: Bot) -> None:
    chance = random.Random(7)
    answered: list[str] = []
    bot.start()
    bot.call()
    for number in range(ROUNDS):
        for at in range(chance.randint(1, 4)):
            text = f"{chance.choice(QUESTIONS)} {number}.{at}"
            body = {"id": f"round-{number}-message-{at}", "text": text}
            bot.call(body)
            answered.append(text)
        bot.kill()
        bot.start()
        # The page was not sure that its last message arrived, and sends it again.
        bot.call(body)
    mine = [m["text"] for m in bot.call()["messages"] if m["mine"]]
    assert mine == answered
    bot.kill()
