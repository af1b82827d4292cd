"""What the tests of the Official Account share: the platform, a bot on it, and Lan who writes."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.library import Library
from tests.zalooa.bot import Bot, bot_on_zalo
from tests.zalooa.running import Zalo, running

LAN, MINH = "7001345678901234567", "7002"
QUESTION = "lệ phí cấp hộ chiếu là bao nhiêu tiền"


@pytest.fixture
def zalo() -> Iterator[Zalo]:
    """Give a platform with nobody on it."""
    with running() as platform:
        yield platform


@pytest.fixture
def bot(library: Library, tmp_path: Path, zalo: Zalo) -> Iterator[Bot]:
    """Give a bot that is called by it."""
    with bot_on_zalo(library, tmp_path, zalo) as running_bot:
        yield running_bot


def picture() -> bytes:
    """Give a small photo."""
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "JPEG")
    return drawn.getvalue()


def attached(zalo: Zalo, kind: str, payload: dict[str, Any]) -> str:
    """Let Lan send something that is no text, and give what the bot then says."""
    before = len(zalo.shown(LAN))
    assert zalo.attach(LAN, kind, payload).status_code == 200
    zalo.wait_for(lambda: len(zalo.shown(LAN)) > before)
    return str(zalo.shown(LAN)[-1]["text"])


def number_of(text: str, label: str) -> str:
    """Find the number before a label."""
    found = [line for line in text.splitlines() if label in line]
    assert found, text
    return found[-1].partition(".")[0]


def kept(bot: Bot, query: str) -> list[Any]:
    """Read the database past the program."""
    database = bot.engine.url.database
    assert database, "it is a file"
    with closing(sqlite3.connect(database)) as conn:
        return conn.execute(query).fetchall()


def blocked(bot: Bot) -> bool:
    """Tell whether the only person counts as out of reach."""
    return kept(bot, "SELECT blocked FROM people") != [(None,)]


def ends(bot: Bot) -> list[tuple[str, str]]:
    """Give how messages ended, and why."""
    return kept(bot, "SELECT state, reason FROM outbox ORDER BY id")
