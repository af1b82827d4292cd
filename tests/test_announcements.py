"""Announcements: written by one, approved by another, sent once to exactly the right people."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.announcing import tick_announcements
from bot.channels.inbox import Inbox
from bot.deliver import Deliverer
from bot.library import Library
from bot.outgoing import letter_body
from db.announcements import digest_of
from handlers.announcing.wording import wording
from tests.office import Office
from tests.talk import Talk
from tests.test_database import empty, ready

__all__ = ["empty", "ready"]

NEWS = "Từ 1/4, Bộ phận Một cửa làm việc cả sáng thứ Bảy."


@pytest.fixture
def office(library: Library, tmp_path: Path) -> Iterator[Office]:
    with Office(library, tmp_path) as office:
        office.set("2026-03-10", "09:00")
        office.person("mai", "editor")
        office.person("phuc", "approver")
        office.person("hoa", "focal", "so-tu-phap")
        for user in ("an", "be", "chi"):
            office.person(user).say("/dangky")
            office.talks[user].press("➕ Thủ tục")
        yield office


def write(talk: Talk, topic: str = "Thủ tục", when: str = "ngay") -> str:
    """Write an announcement up to its preview; gives the preview."""
    talk.say("/thongbao")
    talk.press("Viết thông báo")
    talk.press(topic)
    talk.say(NEWS)
    talk.say("From 1 April the one-stop desk opens on Saturday mornings.")
    talk.say("Xem thêm https://example.vn/gio")
    return talk.say(when)


def tick(office: Office) -> int:
    talk = office.talks["an"]
    return talk.wait(tick_announcements(talk.service))


def news(office: Office) -> dict[str, str]:
    """Give who has the announcement in the queue, and in which state."""
    return {s.user: s.state for s in office.sent() if s.key.startswith("announce:")}


def test_two_people_send_an_announcement_to_its_subscribers(office: Office) -> None:
    preview = write(office.talks["mai"])
    assert "Gửi 3 người" in preview
    assert NEWS in preview
    assert "chờ người thứ hai" in office.talks["mai"].press("Trình duyệt")
    assert tick(office) == 0
    assert "Đã duyệt" in office.press("phuc", "Duyệt")
    assert tick(office) == 3
    assert tick(office) == 0
    assert news(office) == dict.fromkeys(("an", "be", "chi"), "queued")
    (body,) = {sent.text for sent in office.sent() if sent.key.startswith("announce:")}
    assert body == NEWS


def test_who_wrote_it_cannot_approve_it_whatever_roles_they_hold(office: Office) -> None:
    office.person("mai", "approver")
    write(office.talks["mai"])
    office.talks["mai"].press("Trình duyệt")
    digest = rows(office, "SELECT digest FROM announcements")[0][0][:16]
    assert "không được tự duyệt" in office.talks["mai"].send(f"approve:yes:1:{digest}")
    assert tick(office) == 0


def test_any_change_after_it_was_shown_voids_the_approval(office: Office) -> None:
    write(office.talks["mai"])
    office.talks["mai"].press("Trình duyệt")
    change = "UPDATE announcements SET content = replace(content, 'thu-tuc', 'khan-cap')"
    with sqlite3.connect(office.talks["an"].engine.url.database or "") as raw:
        assert raw.execute(change).rowcount == 1
    assert "đã bị sửa" in office.press("phuc", "Duyệt")
    assert tick(office) == 0


def test_a_change_after_the_approval_stops_it(office: Office) -> None:
    write(office.talks["mai"])
    office.talks["mai"].press("Trình duyệt")
    office.press("phuc", "Duyệt")
    change = "UPDATE announcements SET content = replace(content, 'thu-tuc', 'khan-cap')"
    with sqlite3.connect(office.talks["an"].engine.url.database or "") as raw:
        raw.execute(change)
    assert tick(office) == 0
    assert rows(office, "SELECT state FROM announcements") == [("stopped",)]


@pytest.mark.parametrize("gone", ["mai", "phuc"])
def test_who_lost_the_role_stops_what_they_stood_for(office: Office, gone: str) -> None:
    write(office.talks["mai"], when="8:00 20/3")
    office.talks["mai"].press("Trình duyệt")
    office.press("phuc", "Duyệt")
    office.leaves(gone)
    office.set("2026-03-20", "08:01")
    assert tick(office) == 0
    assert rows(office, "SELECT state FROM announcements") == [("stopped",)]


def test_it_waits_for_its_time_and_for_working_hours(office: Office) -> None:
    assert "07:30" in write(office.talks["mai"], when="5:00 20/3")
    office.talks["mai"].press("Trình duyệt")
    office.press("phuc", "Duyệt")
    office.set("2026-03-20", "07:29")
    assert tick(office) == 0
    office.set("2026-03-20", "07:30")
    assert tick(office) == 3


def test_one_tap_stops_what_is_queued_too(office: Office) -> None:
    send_out(office)
    office.talks["be"].send("topic:off:thu-tuc")
    assert news(office) == {"an": "queued", "be": "opted-out", "chi": "queued"}
    deliver(office)
    assert news(office) == {"an": "sent", "be": "opted-out", "chi": "sent"}


def test_pause_go_on_and_stop_are_honoured(office: Office) -> None:
    send_out(office)
    mai = office.talks["mai"]
    mai.send("announce:pause:1")
    deliver(office)
    assert set(news(office).values()) == {"paused"}
    mai.send("announce:resume:1")
    assert set(news(office).values()) == {"queued"}
    said = mai.send("announce:stop:1")
    deliver(office)
    assert set(news(office).values()) == {"stopped"}
    assert "3 người nhận" in said


def test_who_blocked_the_bot_is_counted_and_not_written_to(office: Office) -> None:
    with sqlite3.connect(office.talks["an"].engine.url.database or "") as raw:
        raw.execute("UPDATE people SET blocked = '2026-03-01 00:00:00' WHERE user = 'chi'")
    send_out(office)
    assert news(office) == {"an": "queued", "be": "queued", "chi": "blocked"}


def test_officials_are_an_audience_of_their_own(office: Office) -> None:
    assert "Gửi 1 người" in write(office.talks["mai"], "Cán bộ phụ trách")
    office.talks["mai"].press("Trình duyệt")
    office.press("phuc", "Duyệt")
    tick(office)
    assert news(office) == {"hoa": "queued"}


def test_the_same_text_within_a_day_is_questioned(office: Office) -> None:
    send_out(office)
    assert "đã thông báo trong vòng một ngày" in write(office.talks["mai"])


@pytest.mark.parametrize("role", ["approver", "focal", "handler", "coordinator", ""])
def test_only_editors_write(office: Office, role: str) -> None:
    other = office.person("khac", role, "so-y-te" if role in ("focal", "handler") else "")
    assert "không có lệnh này" in other.say("/thongbao")
    assert "dành cho cán bộ" in other.send("announce:new:")


@pytest.mark.parametrize("role", ["editor", "admin", "coordinator", ""])
def test_only_approvers_approve(office: Office, role: str) -> None:
    write(office.talks["mai"])
    office.talks["mai"].press("Trình duyệt")
    digest = rows(office, "SELECT digest FROM announcements")[0][0][:16]
    assert "dành cho cán bộ" in office.person("khac", role).send(f"approve:yes:1:{digest}")


@pytest.mark.parametrize("told", ["1:", "1", "9:abcdef", "x:y", "1:0000000000000000", ":"])
def test_a_made_up_approval_approves_nothing(office: Office, told: str) -> None:
    write(office.talks["mai"])
    office.talks["mai"].press("Trình duyệt")
    office.talks["phuc"].send(f"approve:yes:{told}")
    assert rows(office, "SELECT state FROM announcements") == [("waiting",)]


TEXTS = st.text(
    st.one_of(
        st.characters(blacklist_categories=["Cs", "Cc"]),
        st.sampled_from("<>&*_`[]()~#+-=|{}.!\\\"'😀👨‍👩‍👧עִבְרִית"),
    ),
    min_size=1,
    max_size=300,
)


@given(TEXTS, st.booleans())
def test_the_preview_is_what_is_queued(text: str, link: bool) -> None:
    content: dict[str, Any] = {"texts": {"vi": text}, "audience": {}, "topic": "thu-tuc"}
    if link:
        content["links"] = [{"label": "Xem", "url": "https://example.vn"}]
    shown, buttons = wording(content, "vi")
    queued = letter_body(shown, buttons)
    assert shown == queued["text"] == text
    assert len(queued["buttons"]) == 2 + link
    assert digest_of(content) != digest_of({**content, "texts": {"vi": text + "!"}})


def send_out(office: Office) -> None:
    write(office.talks["mai"])
    office.talks["mai"].press("Trình duyệt")
    office.press("phuc", "Duyệt")
    assert tick(office) == 3


def deliver(office: Office) -> None:
    talk = office.talks["an"]
    inbox = Inbox("web", talk.engine, talk.service.clock)
    deliverer = Deliverer(talk.engine, inbox, talk.service.clock)

    async def send() -> None:
        while await deliverer.take_due():
            await asyncio.gather(*deliverer.tasks)

    talk.wait(send())


def rows(office: Office, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(office.talks["an"].engine.url.database or "") as raw:
        return raw.execute(query).fetchall()
