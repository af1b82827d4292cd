"""A real kill -9 at random moments: what was answered is kept, and nothing is counted twice."""

from __future__ import annotations

import http.cookiejar
import json
import random
import shutil
import urllib.request
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.forking import killable
from tests.serving import free_port

ROUNDS = 5
QUESTIONS = ("làm hộ chiếu ở đâu", "cảm ơn", "ly hôn thì sao", "/start", "đổi căn cước mấy ngày")


class Page:
    """The page of somebody who talks, with its cookie."""

    def __init__(self, port: int) -> None:
        self.port = port
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

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


def test_nothing_answered_is_lost_and_nothing_counts_twice(tmp_path: Path, library: object) -> None:
    del library  # its index is built by now, so that starting takes a moment only
    shutil.copytree(ROOT / "data" / "index", tmp_path / "data" / "index")
    chance = random.Random(7)
    answered: list[str] = []
    port = free_port()
    page = Page(port)
    with killable(tmp_path, {"BOT_PORT": str(port)}) as bot:
        bot.start()
        page.call()
        for number in range(ROUNDS):
            for at in range(chance.randint(1, 4)):
                text = f"{chance.choice(QUESTIONS)} {number}.{at}"
                body = {"id": f"round-{number}-message-{at}", "text": text}
                page.call(body)
                answered.append(text)
            bot.kill()
            bot.start()
            # The page was not sure that its last message arrived, and sends it again.
            page.call(body)
        mine = [m["text"] for m in page.call()["messages"] if m["mine"]]
        assert mine == answered
