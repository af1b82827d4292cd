"""Days typed in words wherever reports ask for one, unknown names, bodies nobody is there for."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from content.whole import HERE
from tests.office import Office
from tests.report_office import KEY, office

__all__ = ["office"]
GUIDE = Path(__file__).parents[1] / "HUONG-DAN-CAN-BO.md"
DAYS = [
    ("thứ sáu tuần sau", "Thứ Sáu 20/03/2026"),
    ("31/3", "Thứ Ba 31/03/2026"),
    ("cuối tháng", "Thứ Ba 31/03/2026"),
    ("15 tháng sau", "Thứ Tư 15/04/2026"),
    ("next Friday", "Thứ Sáu 20/03/2026"),
    ("dạ ngày 24 tháng 3 ạ", "Thứ Ba 24/03/2026"),
    ("hai tuần nữa", "Thứ Sáu 27/03/2026"),
    ("Thứ Bảy, 21/3/2026", "Thứ Hai 23/03/2026"),
]
"""What is typed on Friday, 13 March 2026, and the day it has to be read back as."""
NO_DAYS = [
    "khi nào xong",
    "16",
    "thứ sáu 21/3",
    "31/2",
    "12/16",
    "rằm tháng giêng",
    "tuần sau",
    ".",
]


@pytest.mark.parametrize(("words", "day"), DAYS)
def test_a_day_in_words_is_read_back_before_more_time_is_asked_for(
    office: Office, words: str, day: str
) -> None:
    office.at("2026-03-13", "14:00")
    office.press("hoa", "Xin lùi hạn")
    office.talks["hoa"].say("Chưa đủ số liệu")
    told = len(office.sent())
    assert day in office.talks["hoa"].say(words)
    assert len(office.sent()) == told
    assert day in office.talks["hoa"].press("Đúng")
    assert day in office.sent("binh")[-1].text


@pytest.mark.parametrize("words", NO_DAYS)
def test_words_that_mean_no_certain_day_change_nothing(office: Office, words: str) -> None:
    hoa, binh = office.talks["hoa"], office.talks["binh"]
    office.at("2026-03-13", "14:00")
    office.press("hoa", "Xin lùi hạn")
    hoa.say("Chưa đủ số liệu")
    assert "chưa đọc được ngày" in hoa.say(words)
    hoa.send(f"report:snooze:{KEY}")
    assert "chưa đọc được ngày" in hoa.say(words)
    binh.send("board:due:quy-1/2026")
    assert "chưa đọc được ngày" in binh.say(words)
    binh.send("board:kind:dot-xuat")
    binh.say("Số hóa hồ sơ")
    assert "chưa đọc được ngày" in binh.say(words)
    assert "Hạn nộp: 17:00 Thứ Hai 16/03/2026" in hoa.send(f"report:show:{KEY}")


def test_a_day_typed_is_sent_once_and_an_old_yes_sends_nothing(office: Office) -> None:
    office.at("2026-03-13", "14:00")
    office.press("hoa", "Xin lùi hạn")
    office.talks["hoa"].say("Chưa đủ số liệu")
    office.talks["hoa"].say("20/3")
    office.talks["hoa"].press("Đúng")
    told = len(office.sent("binh"))
    assert "cuộc trò chuyện cũ" in office.talks["hoa"].send(f"report:until-yes:{KEY}")
    assert len(office.sent("binh")) == told


@pytest.mark.parametrize(
    ("words", "day", "clock"),
    [
        ("mai 14h", "2026-03-10", "14:00"),
        ("thứ sáu", "2026-03-13", "08:00"),
        ("chủ nhật 9h", "2026-03-16", "09:00"),
        ("ngày kia lúc 20:30", "2026-03-12", "07:30"),
    ],
)
def test_a_typed_time_is_kept_within_working_hours(
    office: Office, words: str, day: str, clock: str
) -> None:
    office.at("2026-03-09")
    office.press("hoa", "Nhắc lại lúc")
    said = office.talks["hoa"].say(words)
    assert clock in said
    assert day[8:] in said
    office.at(day, clock)
    assert any("hẹn nhắc lại" in sent.text for sent in office.sent("hoa"))


def test_a_time_that_is_over_is_said_to_be(office: Office) -> None:
    office.at("2026-03-09")
    office.press("hoa", "Nhắc lại lúc")
    assert "ở phía trước" in office.talks["hoa"].say("hôm qua")


def test_a_document_may_be_dated_in_words(office: Office) -> None:
    office.at("2026-03-16")
    office.press("hoa", "Đã nộp")
    assert "ngày 15/03/2026" in office.talks["hoa"].say("45/BC-STP hôm qua")


def test_names_without_marks_are_known_and_near_misses_are_offered(office: Office) -> None:
    binh = office.talks["binh"]
    office.set("2026-04-01", "09:00")
    binh.send("board:kind:dot-xuat")
    binh.say("Số hóa hồ sơ")
    assert "Thứ Sáu 10/04/2026" in binh.say("thứ sáu tuần sau")
    said = binh.say("so tu phap, Sở Tài chnh, Sở ABC")
    assert "Sở Tài chnh, Sở ABC" in said
    assert "• Sở Tài chính" in said
    assert "Sở Tư pháp" in binh.say("so tu phap")


def test_what_nobody_can_be_reminded_of_comes_to_the_coordinator_in_one_message(
    office: Office,
) -> None:
    office.at("2026-03-09")
    (told,) = office.sent("binh")
    assert "chưa có ai nhận nhắc" in told.text
    assert told.text.count("quý I 2026") == 1
    assert [button["action"] for button in told.buttons] == ["board:show:quy-1/2026"]
    assert "Đã nộp" in office.press("binh", "📋")


def test_more_time_neither_opens_the_period_again_nor_counts_as_late(office: Office) -> None:
    office.at("2026-03-09")
    office.press("hoa", "Xin lùi hạn")
    office.talks["hoa"].say("Chưa đủ số liệu")
    office.talks["hoa"].say("20/3")
    office.talks["hoa"].press("Đúng")
    office.press("binh", "Đồng ý")
    for day in ("2026-03-10", "2026-03-11", "2026-03-18"):
        office.at(day)
    assert not any("mo-ky@" in key for key in office.keys("hoa"))
    late, waiting = office.talks["binh"].say("/theodoi").split("Chưa nộp (1)")
    assert "Trễ hạn (26)" in late
    assert "Sở Tư pháp (được lùi đến 20/03/2026)" in waiting


def test_a_commune_added_as_the_guide_shows_is_reminded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    found = re.search(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    with (folder / "agencies.yaml").open("a", encoding="utf-8") as file:
        file.write("\n" + found[1])
    monkeypatch.setenv("BOT_CONTENT_DIR", str(folder))
    told = CliRunner().invoke(
        app, ["simulate", "--from", "2026-12-01", "--to", "2026-12-31", "--json"]
    )
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    steps = [line["step"] for line in lines if line["agency"] == "xa-tam-vu"]
    assert steps == ["mo-ky", "nhac-1", "chot-so-lieu", "nhac-2", "ngay-han", "tre-1", "tre-3"]
