"""Starts a real bot and a real browser, and gives each test a person with a tab of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.chat import Chat, OpenChat
from tests.serving import free_port

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 300
"""Seconds for the bot to start: the first time it builds its search index."""


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find the browser; without one these tests are skipped."""
    usual = "/usr/bin/chromium"
    found = usual if Path(usual).exists() else next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.skip("Chromium is not installed: the chat page is not tested in a browser")
    return found


@pytest.fixture(scope="session")
def server_url(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a running bot: the one in BOT_TEST_URL, or one started here."""
    del chromium  # Without a browser no bot needs to start.
    given = os.environ.get("BOT_TEST_URL", "")
    if given:
        yield given.rstrip("/")
        return
    folder = tmp_path_factory.mktemp("bot")
    url = f"http://127.0.0.1:{(port := free_port())}"
    if (built := ROOT / "data" / "index").is_dir():  # `make test` has built it: no need to wait
        shutil.copytree(built, folder / "data" / "index")
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo"],
            cwd=folder,  # Away from a developer's .env.
            env=_environment(port, folder),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_alive(process, url, folder / "log.txt")
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


def _environment(port: int, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "BOT_PORT": str(port),
        "BOT_DATA_DIR": str(folder / "data"),
        "BOT_LOG_LEVEL": "warning",
    }


def _wait_until_alive(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(PATIENCE * 4):
        if _alive(url):
            return
        try:
            process.wait(timeout=0.25)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"the bot did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def _alive(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310  # our own http address
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")  # Not longer: an open Playwright keeps asyncio.run from working.
def browser(chromium: str) -> Iterator[Browser]:
    """Start the browser once for all tests of a file."""
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_chat(browser: Browser, server_url: str) -> Iterator[OpenChat]:
    """Give a function that opens the page for a new person; at the end nothing may be wrong."""
    opened: list[tuple[BrowserContext, Chat]] = []

    def open_one(*, before: Callable[[Chat], object] | None = None, **options: Any) -> Chat:
        context = browser.new_context(
            **{"locale": "vi-VN", "reduced_motion": "reduce", "base_url": server_url, **options}
        )
        chat = Chat(context.new_page(), server_url)
        opened.append((context, chat))
        if before:
            before(chat)
        chat.page.goto("/")
        return chat

    yield open_one
    for context, _ in opened:
        context.close()
    assert [problem for _, chat in opened for problem in chat.problems()] == []


@pytest.fixture
def chat(open_chat: OpenChat) -> Chat:
    """Open the page and wait until the bot has greeted."""
    opened = open_chat()
    expect(opened.answers).to_have_count(1)
    return opened
