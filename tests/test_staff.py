"""Who may do what: invitations work once, every act asks for its role, data is shown and erased."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from db import audit, invitations, people, roles
from db.roles import ROLES, Role
from handlers import BUTTONS, COMMANDS
from handlers.links import to_invitation
from tests.talk import NOON, Talk

CANARIES = tuple(f"con-chim-{number:02d}-khong-ai-biet" for number in range(20))
NOT_FOR_YOU = "dành cho cán bộ được giao"


def invited(talk: Talk, role: str, agency: str = "", name: str = "Chị Hoa") -> str:
    async def make() -> str:
        async with talk.engine.begin() as conn:
            return await invitations.make(conn, Role(role, agency), name=name, now=NOON)

    return to_invitation(talk.wait(make()))


def become(talk: Talk, role: str) -> None:
    talk.say(f"/start {invited(talk, role)}")
    talk.press("Tôi đồng ý")


def held(talk: Talk) -> list[Role]:
    async def read() -> list[Role]:
        async with talk.engine.begin() as conn:
            return [holder.role for holder in await roles.everyone(conn)]

    return talk.wait(read())


def test_an_invitation_is_shown_then_taken_up_with_consent(lan: Talk) -> None:
    link = invited(lan, "focal", "so-tu-phap")
    said = lan.say(f"/start {link}")
    assert "đầu mối báo cáo" in said
    assert "Chị Hoa" in said
    assert held(lan) == []
    assert "đầu mối báo cáo" in lan.press("Tôi đồng ý")
    assert held(lan) == [Role("focal", "so-tu-phap")]


def test_an_invitation_works_once(lan: Talk) -> None:
    link = invited(lan, "editor")
    lan.say(f"/start {link}")
    lan.press("Tôi đồng ý")
    assert "không đúng, đã dùng" in lan.say(f"/start {link}")
    assert held(lan) == [Role("editor")]


def test_codes_cannot_be_guessed_on_and_on(lan: Talk) -> None:
    for number in range(5):
        assert "không đúng" in lan.say(f"/start i_guess{number}")
    link = invited(lan, "admin")
    assert "quá nhiều mã" in lan.say(f"/start {link}")


def test_a_code_is_kept_in_no_conversation(lan: Talk) -> None:
    link = invited(lan, "editor")
    lan.say(f"/start {link}")
    lan.press("Tôi đồng ý")
    with sqlite3.connect(lan.engine.url.database or "") as raw:
        texts = " ".join(row[0] for row in raw.execute("SELECT text FROM messages"))
    assert link not in texts


@pytest.mark.parametrize("role", ["", *ROLES])
def test_every_command_asks_for_its_role(lan: Talk, role: str) -> None:
    if role:
        become(lan, role)
    for name, act in COMMANDS.items():
        said = lan.say(name)
        allowed = not act.roles or role in act.roles
        unknown = "không có lệnh này" in said or "do not know this command" in said
        assert unknown != allowed, name


@pytest.mark.parametrize("role", ["", *ROLES])
def test_every_button_asks_for_its_role(lan: Talk, role: str) -> None:
    if role:
        become(lan, role)
    for name, act in BUTTONS.items():
        said = lan.send(f"{name}:x")
        assert (NOT_FOR_YOU in said) == bool(act.roles and role not in act.roles), name


def test_help_lists_only_what_this_person_may_do(lan: Talk) -> None:
    assert "/cauhoi" not in lan.say("/help")
    become(lan, "editor")
    assert "/cauhoi" in lan.say("/help")


def test_a_role_taken_back_is_gone_at_once(lan: Talk) -> None:
    become(lan, "editor")

    async def take_back() -> None:
        async with lan.engine.begin() as conn:
            (holder,) = await roles.everyone(conn)
            await roles.revoke(conn, holder.id)

    lan.wait(take_back())
    assert "không có lệnh này" in lan.say("/cauhoi")


def test_what_did_not_help_reaches_the_curators_and_is_dealt_with(lan: Talk) -> None:
    lan.say("làm hộ chiếu ở đâu")
    assert "Người biên tập" in lan.press("👎")
    lan.say("giá vàng hôm nay")
    become(lan, "editor")
    assert "làm hộ chiếu ở đâu" in lan.say("/cauhoi")
    lan.press("Câu 1")
    assert "Đã ghi nhận" in lan.press("Cấp hộ chiếu")
    assert "giá vàng" in lan.say("/cauhoi")
    lan.press("Câu 1")
    assert "Đã gác lại" in lan.press("Không mục nào")
    assert "Không còn câu hỏi" in lan.say("/cauhoi")


def test_a_rating_of_another_persons_question_counts_for_nothing(lan: Talk) -> None:
    lan.say("làm hộ chiếu ở đâu")
    assert "cuộc trò chuyện cũ" in lan.send("helped:yes:999")
    assert "cuộc trò chuyện cũ" in lan.send("helped:best:1")
    assert "cuộc trò chuyện cũ" in lan.send("helped:yes:" + "9" * 40)


def test_all_that_is_kept_is_given_as_a_file(lan: Talk) -> None:
    lan.say("làm hộ chiếu ở đâu")
    assert "đang được lưu" in lan.say("/dulieu")
    lan.press("Lưu thành tệp")
    kept = json.loads(lan.taken.files[0].data)
    assert "làm hộ chiếu ở đâu" in [row["text"] for row in kept["messages"]]


def test_an_erased_person_leaves_nothing_in_the_files(lan: Talk, tmp_path: Path) -> None:
    become(lan, "editor")
    for canary in CANARIES:
        lan.say(f"tôi tên {canary}, muốn hỏi chuyện riêng")
    assert any(canary.encode() in _raw(tmp_path) for canary in CANARIES)
    lan.say("/dulieu")
    lan.press("Xóa tất cả")
    assert "đã được xóa" in lan.press("Có, xóa tất cả")
    raw = _raw(tmp_path)
    assert [canary for canary in CANARIES if canary.encode() in raw] == []
    assert held(lan) == []


def test_what_staff_do_is_written_down(lan: Talk) -> None:
    become(lan, "editor")

    async def read() -> list[str]:
        async with lan.engine.begin() as conn:
            return [act.act for act in await audit.recent(conn)]

    assert lan.wait(read()) == ["role accepted"]


def test_twenty_people_press_one_invitation_and_one_gets_it(lan: Talk) -> None:
    code = invited(lan, "admin").removeprefix("i_")

    async def use(number: int) -> bool:
        async with lan.engine.begin() as conn:
            person = await people.find_or_add(conn, "web", f"p{number}", lang="vi", now=NOON)
            return await invitations.use(conn, code, person, now=NOON) is not None

    async def all_at_once() -> list[bool]:
        return list(await asyncio.gather(*map(use, range(20))))

    assert sum(lan.wait(all_at_once())) == 1


def test_who_writes_too_fast_is_asked_to_wait(lan: Talk) -> None:
    said = [lan.say("cảm ơn") for _ in range(31)]
    assert "nhanh quá" in said[-1]
    assert "nhanh quá" not in said[-2]


def _raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("talk.db*"))
