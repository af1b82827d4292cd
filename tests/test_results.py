"""/ketqua: the public results of a month, worked out as the published figures are."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.library import Library
from content.catalogue import translator
from db import case_log
from handlers.cases.figures import figures
from handlers.cases.results_picture import results_picture
from handlers.cases.results_words import results
from handlers.cases.story import tell
from tests.case_lives import BEGIN, CLOCK, filled
from tests.office import Office
from tests.test_database import empty, ready, using
from tests.test_feedback import send

__all__ = ["empty", "ready"]


@pytest.fixture
def office(library: Library, tmp_path: Path) -> Iterator[Office]:
    with Office(library, tmp_path) as office:
        office.set("2026-02-10", "09:00")
        yield office


def test_the_last_whole_month_is_shown_and_others_a_press_away(office: Office) -> None:
    an = office.talks["an"]
    send(an)
    office.set("2026-03-02")
    said = an.say("/ketqua")
    assert "tháng 02/2026" in said
    assert "Đã nhận: 1" in said
    assert "Quá ít người chấm điểm" in said
    assert "Không có phản ánh nào" in an.press("03/2026")
    an.press("‹ 02/2026")
    an.press("Xem dạng hình")
    (file,) = an.taken.files
    assert Image.open(io.BytesIO(file.data)).format == "PNG"


@pytest.mark.parametrize("month", ["2026-13", "2027-01", "x", "", "2026-02:picture:x", "0000-01"])
def test_a_month_that_is_none_shows_nothing(office: Office, month: str) -> None:
    said = office.talks["an"].send(f"results:{month}")
    assert "Nút này thuộc" in said or "Không có phản ánh nào" in said


def test_the_months_together_are_the_whole_log(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[list[Any]]:
        await filled(engine, 200, seed=3)
        begin = BEGIN.replace(day=1, hour=0)
        months = [begin]
        while len(months) < 14:
            months.append((months[-1] + dt.timedelta(days=32)).replace(day=1))
        async with engine.begin() as conn:
            whole = [tell(acts, CLOCK) async for acts in case_log.steps(conn)]
            parts = [
                [tell(acts, CLOCK) async for acts in case_log.steps_of(conn, first, then)]
                for first, then in pairwise(months)
            ]
        return [whole, *parts]

    whole, *parts = using(ready, work)
    assert [story for part in parts for story in part] == whole
    assert sum(bool(part) for part in parts) > 2


def told(rated: int, good: int) -> dict[str, Any]:
    """Give figures with some ratings."""
    found = figures([], today=dt.date(2026, 3, 1), target=0.8)
    share = {"rated": rated, "satisfied": good, "share": good / rated, "low": 0.6, "high": 0.95}
    satisfied = {**found["satisfaction"], **share, "response_rate": 0.5}
    return {**found, "received": 40, "answered": 30, "satisfaction": satisfied}


def test_a_share_stands_beside_its_interval_the_response_rate_and_the_target() -> None:
    said = results("02/2026", told(20, 17), translator("vi"))
    assert "Hài lòng: 85 % trong 20 người" in said
    assert "60 % đến 95 %" in said
    assert "50 % số người được trả lời" in said
    assert "trên 80 %" in said


def test_a_share_of_very_few_is_not_told() -> None:
    assert "100 %" not in results("02/2026", told(4, 4), translator("vi"))


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("rated", [4, 20])
def test_the_picture_holds_together(lang: str, rated: int) -> None:
    raw = results_picture("02/2026", told(rated, 3), translator(lang), "x" * 300)
    assert Image.open(io.BytesIO(raw)).width == 1080
