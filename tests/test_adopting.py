"""What curators decided goes into the bank in one step, or not at all."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from bot.adopting import adopt, new_lines
from content.load import load
from db import questions
from db.engine import open_engine, upgrade
from tests.conftest import Motcua, Ran
from tests.small_content import write_content

BIRTH = "procedure:khai-sinh"
NOON = dt.datetime(2026, 11, 25, 5, 0, tzinfo=dt.UTC)


class Desk:
    """A curator's desk: content and database of their own."""

    def __init__(self, folder: Path, motcua: Motcua) -> None:
        self.motcua = motcua
        self.content = write_content(folder / "content")
        self.bank = self.content / "questions.jsonl"
        self.database = f"sqlite+aiosqlite:///{folder / 'desk.db'}"
        asyncio.run(self._do(upgrade))

    async def _do(self, work: Any) -> None:
        engine = open_engine(self.database)
        await work(engine)
        await engine.dispose()

    def decide(self, words: str, ref: str) -> None:
        """Let somebody ask, and a curator say what it means."""

        async def work(engine: Any) -> None:
            asked: dict[str, Any] = {
                "channel": "web",
                "lang": "vi",
                "status": "refused",
                "refs": [],
                "now": NOON,
            }
            async with engine.begin() as conn:
                number = await questions.add(conn, words, **asked)
                await questions.close(conn, [number], by=1, meant=ref, now=NOON)

        asyncio.run(self._do(work))

    def run(self, *args: str) -> Ran:
        """Run `content decided`."""
        where = {"BOT_CONTENT_DIR": str(self.content), "BOT_DATABASE_URL": self.database}
        return self.motcua("content", "decided", *args, **where)


@pytest.fixture
def desk(tmp_path: Path, motcua: Motcua) -> Desk:
    """Give a desk with nothing decided."""
    return Desk(tmp_path, motcua)


def test_what_was_decided_is_added_once_and_the_bank_is_asked_again(desk: Desk) -> None:
    desk.decide("làm khai sinh cho cháu ngoại thì cần những giấy tờ gì", BIRTH)
    before = desk.bank.read_text()
    added = desk.run("--add")
    assert added.code == 0, added
    (line,) = desk.bank.read_text().removeprefix(before).splitlines()
    assert json.loads(line)["refs"] == [BIRTH]
    assert desk.run("--add").out == "Nothing new was decided.\n"


def test_what_contradicts_the_bank_is_refused_by_name(desk: Desk) -> None:
    desk.decide("hôm nay giá vàng bao nhiêu", BIRTH)
    before = desk.bank.read_bytes()
    refused = desk.run("--add")
    assert refused.code == 1
    assert f"{desk.bank}:28: the same question stands in line" in refused.err
    assert "--except" in refused.err
    assert desk.bank.read_bytes() == before


def test_what_makes_another_answer_wrong_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    before = desk.bank.read_bytes()
    (line,) = new_lines([("đăng ký kết hôn cần giấy tờ", "vi", BIRTH)], load(desk.content))
    problems = adopt([line], desk.content, tmp_path / "data")
    assert any("is answered with" in problem.what for problem in problems)
    assert desk.bank.read_bytes() == before
    assert [path.name for path in desk.content.glob("questions*")] == [desk.bank.name]
