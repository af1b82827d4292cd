"""Announcements of a special kind: urgent, corrected, to be confirmed, answered, from a file."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.library import Library
from db import announced, announcements, leases, people, topics
from tests.conftest import Motcua
from tests.office import Office
from tests.talk import Talk
from tests.test_announcements import NEWS, deliver, news, office, rows, send_out, tick, write
from tests.test_database import NOON, empty, ready, using

__all__ = ["empty", "office", "ready"]


def subscribe(talk: Talk, topic: str) -> None:
    talk.say("/dangky")
    talk.press(f"➕ {topic}")


def approve(office: Office) -> None:
    office.talks["mai"].press("Trình duyệt")
    office.press("phuc", "Duyệt")


class TestEmergency:
    @pytest.fixture
    def sent(self, office: Office) -> Office:
        """An emergency at night, without approval."""
        office.person("loan", "approver")
        subscribe(office.talks["an"], "Tin khẩn")
        office.set("2026-03-10", "23:30")
        preview = write(office.talks["mai"], "Tin khẩn")
        assert "23:30" in preview
        assert "gửi ngay" in office.talks["mai"].press("Khẩn")
        return office

    def test_it_goes_at_once_and_two_approvers_look_afterwards(self, sent: Office) -> None:
        assert tick(sent) == 1
        assert "1/2" in sent.press("phuc", "Đúng")
        assert "1/2" in sent.press("phuc", "Đúng")
        assert "2/2" in sent.press("loan", "Đúng")

    def test_an_approver_stops_it(self, sent: Office) -> None:
        tick(sent)
        sent.press("phuc", "Dừng")
        assert news(sent) == {"an": "stopped"}

    def test_its_writer_cannot_confirm_it(self, sent: Office) -> None:
        sent.person("mai", "approver")
        digest = rows(sent, "SELECT digest FROM announcements")[0][0][:16]
        assert "không được tự duyệt" in sent.talks["mai"].send(f"approve:after:1:{digest}")

    def test_an_ordinary_topic_has_no_such_way(self, sent: Office) -> None:
        write(sent.talks["mai"], "Thủ tục")
        assert "Nút này thuộc" in sent.talks["mai"].send("announce:emergency:")


def test_more_than_three_a_week_are_held_back_but_not_what_is_urgent(office: Office) -> None:
    subscribe(office.talks["an"], "Tin khẩn")
    for number in range(4):
        office.set(f"2026-03-1{number}", "09:00")
        write(office.talks["mai"])
        approve(office)
        tick(office)
    assert set(news(office).values()) == {"too-many"}  # the newest of each person
    write(office.talks["mai"], "Tin khẩn")
    approve(office)
    tick(office)
    assert news(office)["an"] == "queued"
    assert "tuần này đã nhận đủ" in office.talks["mai"].send("announce:show:4")


def test_how_many_a_week_is_said_by_the_content(office: Office) -> None:
    service = office.talks["an"].service
    service.content = replace(service.content, most_a_week=1)
    send_out(office)
    write(office.talks["mai"])
    approve(office)
    tick(office)
    assert set(news(office).values()) == {"too-many"}


def test_a_correction_goes_to_whom_the_announcement_reached(office: Office) -> None:
    send_out(office)
    office.talks["be"].send("topic:off:thu-tuc")
    deliver(office)
    mai = office.talks["mai"]
    mai.send("announce:correct:1")
    mai.say("Từ 1/5, không phải 1/4.")
    mai.say("không")
    mai.say("không")
    assert "Gửi 2 người (người đã nhận thông báo 1)" in mai.say("ngay")
    approve(office)
    assert tick(office) == 2
    said = [s.text for s in office.sent() if s.key.startswith("announce:2:")]
    assert said == ["Đính chính: Từ 1/5, không phải 1/4."] * 2


def test_the_report_tells_channels_and_languages_apart_where_there_are_several(
    office: Office,
) -> None:
    send_out(office)
    mai = office.talks["mai"]
    assert "vi:" not in mai.send("announce:show:1")
    with sqlite3.connect(mai.engine.url.database or "") as raw:
        raw.execute("UPDATE people SET lang = 'en' WHERE user = 'chi'")
        raw.execute("UPDATE outbox SET channel = 'telegram', state = 'sent' WHERE user = 'be'")
    told = [line for line in mai.send("announce:show:1").splitlines() if line.startswith("• ")]
    assert told == [
        "• đang chờ gửi: 2",
        "• đã đến: 1",
        "• Telegram: đã đến 1",
        "• Web: đang chờ gửi 2",
        "• en: đang chờ gửi 1",
        "• vi: đang chờ gửi 1, đã đến 1",
    ]


def test_a_correction_takes_the_place_of_what_was_sent_on_both_databases(ready: str) -> None:
    content: dict[str, Any] = {"texts": {"vi": "sai"}, "audience": {}, "topic": "thu-tuc"}

    async def work(engine: AsyncEngine) -> list[Any]:
        async with engine.begin() as conn:
            for channel, user in (("telegram", "7"), ("telegram", "8"), ("web", "an")):
                person = await people.find_or_add(conn, channel, user, lang="vi", now=NOON)
                await topics.subscribe(conn, person, "thu-tuc")
            one = await announcements.add(conn, content, by=1, now=NOON)
            wrong = {lang: {"text": "sai", "buttons": []} for lang in ("vi", "en")}
            await announced.queue(conn, one, wrong, content=content, now=NOON)
            for channel in ("telegram", "web"):
                for row in await leases.lease(conn, channel, by="a", now=NOON, until=NOON, limit=9):
                    await leases.settle(conn, row.id, by="a", state="sent", sent_id="55", now=NOON)
            await people.move(conn, "telegram", "8", "9")  # another chat: its 55 is something else
            again = {**content, "corrects": one}
            two = await announcements.add(conn, again, by=1, now=NOON)
            right = {lang: {"text": "“đúng”", "buttons": []} for lang in ("vi", "en")}
            await announced.queue(conn, two, right, content=again, now=NOON)
            taken = [
                await leases.lease(conn, channel, by="a", now=NOON, until=NOON, limit=9)
                for channel in ("telegram", "web")
            ]
        return [{row.user: dict(row.body) for row in found} for found in taken]

    telegram, web = using(ready, work)
    new = {"text": "“đúng”", "buttons": []}
    assert web == {"an": new}
    assert telegram == {"7": {**new, "edit": "55"}, "9": new}


def test_who_has_not_read_it_is_named_and_nudged_once_a_day(office: Office) -> None:
    mai = office.talks["mai"]
    office.person("ha", "deputy", "so-tu-phap")
    write(mai, "Cán bộ phụ trách")
    mai.press("Yêu cầu xác nhận")
    approve(office)
    assert tick(office) == 2
    assert "đã ghi nhận" in office.press("hoa", "Tôi đã đọc")
    said = mai.send("announce:show:1")
    assert "Chưa xác nhận đã đọc: 1 người" in said
    assert "Ha" in said
    assert "Hoa" not in said
    assert "Đã nhắc 1 người" in mai.press("Nhắc người chưa đọc")
    mai.send("announce:nudge:1")
    assert [s.user for s in office.sent() if s.key.startswith("nudge:")] == ["ha"]
    office.press("ha", "Tôi đã đọc")
    assert "Chưa xác nhận" not in mai.send("announce:show:1")


@pytest.mark.parametrize("told", ["1", "0", "9", "x", ""])
def test_who_got_nothing_has_nothing_to_confirm(office: Office, told: str) -> None:
    send_out(office)
    assert "Nút này thuộc" in office.talks["phuc"].send(f"read:{told}")
    assert rows(office, "SELECT * FROM readings") == []


def test_an_answer_becomes_a_case_that_quotes_it(office: Office) -> None:
    send_out(office)
    office.press("an", "Ý kiến")
    office.talks["an"].say("Xã tôi thứ Bảy vẫn đóng cửa, ai cũng phải về.")
    office.talks["an"].press("Tôi đồng ý")
    (words,) = rows(office, "SELECT text FROM case_texts")
    assert words[0].startswith(f"[Về thông báo 1. {NEWS[:40]}")
    assert "vẫn đóng cửa" in words[0]


FILE = """\
texts:
  vi: Sáng thứ Bảy có làm việc.
  en: Open on Saturday mornings.
topic: thu-tuc
links:
  - {label: Xem thêm, url: 'https://example.vn/gio'}
"""


def test_a_file_is_shown_on_every_channel_and_nothing_is_written(
    motcua: Motcua, tmp_path: Path
) -> None:
    file = tmp_path / "tin.yaml"
    file.write_text(FILE, encoding="utf-8")
    url = f"sqlite+aiosqlite:///{tmp_path / 'a.db'}"
    assert motcua("db", "upgrade", BOT_DATABASE_URL=url).code == 0
    ran = motcua("announce", str(file), "--check", BOT_DATABASE_URL=url)
    assert ran.code == 0, ran.err
    assert "── vi · Web, Telegram ──\nSáng thứ Bảy có làm việc.\n[ Xem thêm ]" in ran.out
    assert "── en · Zalo OA, Zalo Bot ──\nOpen on Saturday mornings." in ran.out
    assert "1. Say something about this" in ran.out
    nobody = motcua("announce", str(file), "--by", "7", BOT_DATABASE_URL=url)
    assert nobody.code == 2
    assert "no editor has this number" in nobody.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("topic: thu-tuc", "topic: la-la"), "tin.yaml:4: there is no topic “la-la”"),
        (("topic: thu-tuc\n", ""), "name either a topic or audience.roles"),
        (("https://", "http://"), "tin.yaml:6:"),
        (("Sáng", "Sáng" + "x" * 1500), "tin.yaml:2:"),
        (("texts:", "text:"), "tin.yaml:1:"),
        (("topic: thu-tuc", "topic: thu-tuc\nmust_read: true"), "must_read is for officials"),
        (("topic: thu-tuc", "at: ngày mai\ntopic: thu-tuc"), "tin.yaml:4:"),
    ],
)
def test_every_mistake_in_a_file_is_named_with_its_line(
    motcua: Motcua, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    file = tmp_path / "tin.yaml"
    file.write_text(FILE.replace(*change), encoding="utf-8")
    ran = motcua("announce", str(file), "--check")
    assert ran.code == 1, ran.out
    assert said in ran.err


def test_a_file_is_approved_as_a_form_is(library: Library, office: Office) -> None:
    """The command writes what the form writes: the same approval, the same queue."""
    from bot.commands.announce import _content  # noqa: PLC0415 - a part of the command
    from content.announcement import Draft  # noqa: PLC0415
    from handlers.announcing.submitting import write_down  # noqa: PLC0415

    draft = Draft.model_validate({"texts": {"vi": NEWS}, "topic": "thu-tuc"})
    mai = office.talks["mai"]

    async def act() -> int:
        async with mai.engine.begin() as conn:
            by = await people.find(conn, "web", "mai")
            assert by
            content = _content(draft, library.content, office.now)
            number, letters = await write_down(
                conn, library.content, content, by=by, now=office.now
            )
            assert [one.to.user for one in letters] == ["phuc"]
        return number

    number = mai.wait(act())
    digest = rows(office, "SELECT digest FROM announcements")[0][0][:16]
    office.talks["phuc"].send(f"approve:yes:{number}:{digest}")
    assert tick(office) == 3
