"""Feedback from a citizen's words to a closed case: taken in, routed, answered, sent back."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.library import Library
from bot.sealing import Sealer
from db import retention
from handlers.cases.codes import read_code
from tests.office import Office
from tests.talk import Talk

LAMP = "Đèn đường trước nhà tôi ở ấp 3 tắt cả tháng nay, tối đi nguy hiểm."
CANARY = "chim-hoang-yen-770"


@pytest.fixture
def office(library: Library, tmp_path: Path) -> Iterator[Office]:
    with Office(library, tmp_path) as office:
        sealer = Sealer(Fernet.generate_key())
        office.person("hoa", "handler", "ubnd-cap-xa")
        office.person("tam", "head", "ubnd-cap-xa")
        office.person("binh", "coordinator")
        for talk in office.talks.values():
            talk.service.seal = sealer.seal
        yield office


def send(talk: Talk, words: str = LAMP, *, how: str = "Tôi đồng ý") -> str:
    """Send feedback in four messages; gives the code."""
    talk.say("/phananh")
    talk.press("Phản ánh")
    assert "Anh/chị sắp gửi" in talk.say(words)
    receipt = talk.press(how)
    code = read_code(receipt.split("Mã của anh/chị:")[1][:16])
    assert code is not None, receipt
    return code


def given_to(office: Office, code: str, body: str = "ubnd-cap-xa") -> int:
    """See that a case lies with a body, by the coordinator's hand where the bot was not sure."""
    raw = rows(office, "SELECT id, agency FROM cases WHERE code = ?", code)
    number, agency = raw[0]
    if not agency:
        office.talks["binh"].send(f"case:assign:{number}:{body}")
    return int(number)


def rows(office: Office, query: str, *values: object) -> list[tuple[Any, ...]]:
    with sqlite3.connect(office.talks["an"].engine.url.database or "") as raw:
        return raw.execute(query, values).fetchall()


def answer(office: Office, number: int, words: str = "Đã thay bóng mới.") -> str:
    hoa = office.talks["hoa"]
    hoa.send(f"case:start:{number}")
    hoa.send(f"case:answer:{number}:fixed")
    return hoa.say(words)


def test_feedback_goes_from_words_to_a_confirmed_answer(office: Office) -> None:
    an = office.talks["an"]
    code = send(an)
    number = given_to(office, code)
    assert "đã trả lời" in answer(office, number)
    assert "Đã thay bóng mới." in office.sent("an")[-1].text
    assert "hài lòng" in office.press("an", "Đã xong")
    an.press("★★★★★")
    an.say("/cuatoi")
    assert "xác nhận xong" in an.buttons[0]["label"]


def test_not_fixed_goes_back_at_once_and_the_clock_goes_on(office: Office) -> None:
    code = send(office.talks["an"])
    number = given_to(office, code)
    due = rows(office, "SELECT due FROM cases WHERE id = ?", number)
    answer(office, number)
    assert "Còn gì chưa xong" in office.press("an", "Chưa xong")
    office.talks["an"].say("Đèn vẫn tắt")
    assert "Người dân báo chưa xong" in office.sent("hoa")[-1].text
    assert rows(office, "SELECT state, outcome FROM cases WHERE id = ?", number) == [
        ("assigned", "")
    ]
    assert rows(office, "SELECT due FROM cases WHERE id = ?", number) == due


def test_a_question_to_the_citizen_stops_the_clock_until_they_answer(office: Office) -> None:
    office.set("2026-03-02", "09:00")
    number = given_to(office, send(office.talks["an"]))
    (due,) = rows(office, "SELECT due FROM cases WHERE id = ?", number)[0]
    hoa = office.talks["hoa"]
    hoa.send(f"case:ask:{number}")
    hoa.say("Trụ đèn số mấy ạ?")
    assert "Trụ đèn số mấy" in office.sent("an")[-1].text
    office.set("2026-03-05", "09:00")
    office.press("an", "Trả lời")
    office.talks["an"].say("Trụ số 12")
    (after,) = rows(office, "SELECT due FROM cases WHERE id = ?", number)[0]
    assert (due, after) == ("2026-03-23", "2026-03-26")


def test_a_body_hands_on_with_a_reason(office: Office) -> None:
    office.person("y", "handler", "so-xay-dung")
    number = given_to(office, send(office.talks["an"]))
    hoa = office.talks["hoa"]
    hoa.send(f"case:hand:{number}")
    assert "theo mẫu" in hoa.say("Sở Xây dựng")
    hoa.say("Sở Xây dựng: đường này do sở quản lý")
    assert "chuyển đến đơn vị" in office.sent("y")[-1].text
    assert "của đơn vị khác" in hoa.send(f"case:show:{number}")
    assert "đường này do sở" in office.talks["y"].send(f"case:show:{number}")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Tôi tố cáo ông T nhận hối lộ 5 triệu", "dấu hiệu tố cáo"),
        ("to cao can bo xa an chan tien ho ngheo", "dấu hiệu tố cáo"),
        ("Tôi khiếu nại quyết định xử phạt số 12", "dấu hiệu khiếu nại"),
    ],
)
def test_what_is_not_taken_is_explained_and_leaves_no_trace(
    office: Office, tmp_path: Path, words: str, says: str
) -> None:
    an = office.talks["an"]
    an.say("/phananh")
    an.press("Phản ánh")
    assert says in an.say(f"{words} {CANARY}")
    assert rows(office, "SELECT count(*) FROM cases") == [(0,)]
    assert CANARY.encode() not in raw_bytes(tmp_path)


def test_danger_brings_the_numbers_first(office: Office) -> None:
    an = office.talks["an"]
    an.say("/phananh")
    an.press("Phản ánh")
    said = an.say("Nhà số 5 đang cháy lớn, có người kẹt")
    assert said.index("114") < said.index("Anh/chị sắp gửi")


def test_anonymous_is_anonymous_and_still_hears_of_answers(office: Office) -> None:
    office.person("vo-danh-8831").service.seal = office.talks["an"].service.seal
    someone = office.talks["vo-danh-8831"]
    code = send(someone, how="Gửi ẩn danh")
    number = given_to(office, code)
    answer(office, number)
    about_case = [
        *rows(office, "SELECT person_id, sealed FROM cases"),
        *rows(office, "SELECT actor, data FROM case_events WHERE role = 'citizen'"),
    ]
    (person,) = rows(office, "SELECT id FROM people WHERE user = 'vo-danh-8831'")[0]
    assert about_case[0][0] is None
    assert "vo-danh-8831" not in str(about_case)
    assert all(row[0] is None for row in about_case[1:])
    kept = rows(office, "SELECT text FROM messages WHERE person_id = ?", person)
    assert LAMP not in str(kept)
    assert code not in str(kept)
    assert rows(office, "SELECT count(*) FROM dialogs WHERE person_id = ?", person) == [(0,)]
    news = [sent for sent in office.sent() if sent.user.startswith("sealed:")]
    assert "phản ánh ẩn danh" in news[-1].text
    assert LAMP not in news[-1].text
    said = someone.say(f"/cuatoi {code[:4]}-{code[4:8]} {code[8:]}")
    assert "Đã thay bóng mới." in said
    someone.press("Chưa xong")
    someone.say("Vẫn tắt")
    assert rows(office, "SELECT state FROM cases WHERE id = ?", number) == [("assigned",)]


def test_somebody_elses_code_tells_only_how_it_stands(office: Office) -> None:
    code = send(office.talks["an"])
    said = office.person("la").say(f"/cuatoi {code}")
    assert "Đèn đường" not in said
    assert "Hạn trả lời" in said
    assert "chưa đúng" in office.talks["la"].say("/cuatoi 1234 5678 9012")
    assert office.talks["la"].send(f"mine:confirm:{code}") == office.talks["la"].send("mine:x:1")


def test_erasure_keeps_the_figures_and_loses_the_person(office: Office, tmp_path: Path) -> None:
    an = office.talks["an"]
    number = given_to(office, send(an, f"{LAMP} {CANARY}"))
    answer(office, number)
    office.press("an", "Đã xong")
    an.say("/dulieu")
    an.press("Lưu thành tệp")
    assert CANARY in json.dumps(json.loads(an.taken.files[0].data), ensure_ascii=False)
    an.say("/dulieu")
    an.press("Xóa tất cả")
    an.press("Có, xóa tất cả")
    assert CANARY.encode() not in raw_bytes(tmp_path)
    assert rows(office, "SELECT state, person_id FROM cases") == [("confirmed", None)]
    assert rows(office, "SELECT count(*) FROM case_events WHERE kind = 'erased'") == [(1,)]


def test_consent_can_be_withdrawn_without_losing_the_rest(office: Office) -> None:
    an = office.talks["an"]
    an.say("/dulieu")
    assert not any("Rút lại" in button["label"] for button in an.buttons)
    send(an, f"{LAMP} {CANARY}")
    assert "các phản ánh anh/chị đã gửi (1)" in an.say("/dulieu")
    assert "không lấy lại được" in an.press("Rút lại đồng ý")
    assert "đã rút lại" in an.press("Vâng, rút lại")
    assert rows(office, "SELECT count(*) FROM case_texts") == [(0,)]
    assert rows(office, "SELECT person_id, sealed FROM cases") == [(None, "")]
    assert rows(office, "SELECT count(*) FROM consents WHERE withdrawn IS NULL") == [(0,)]
    assert "chưa gửi" in an.say("/cuatoi")
    assert "Nguồn:" in an.say("làm hộ chiếu ở đâu")


@pytest.mark.parametrize("role", ["focal", "editor", ""])
def test_others_have_no_inbox(office: Office, role: str) -> None:
    other = office.person("khac", role, "ubnd-cap-xa" if role == "focal" else "")
    assert "không có lệnh này" in other.say("/hopthu")
    assert "dành cho cán bộ" in other.send("case:show:1")


def test_only_a_coordinator_can_close_as_no_feedback_or_join(office: Office) -> None:
    number = given_to(office, send(office.talks["an"]))
    hoa, binh = office.talks["hoa"], office.talks["binh"]
    for verb in ("spam", "merge"):
        assert "cuộc trò chuyện cũ" in hoa.send(f"case:{verb}:{number}")
    assert "Vì sao" in binh.send(f"case:spam:{number}")
    binh.say("gõ thử")
    assert rows(office, "SELECT state FROM cases") == [("spam",)]


def test_the_inbox_lists_the_most_urgent_first(office: Office) -> None:
    office.set("2026-03-02", "09:00")
    first = given_to(office, send(office.talks["an"]))
    office.set("2026-03-03", "09:00")
    given_to(office, send(office.talks["an"], "Đèn đường hẻm 5 cũng tắt, xin sửa giúp bà con"))
    hoa = office.talks["hoa"]
    assert "2 phản ánh" in hoa.say("/hopthu")
    assert hoa.buttons[0]["action"] == f"case:show:{first}"
    office.set("2026-03-24", "09:00")
    assert "1 phản ánh" in hoa.press("Trễ hạn")


def test_notes_stay_inside_and_words_are_covered(office: Office) -> None:
    an, hoa = office.talks["an"], office.talks["hoa"]
    code = send(an, f"{LAMP} Gọi tôi 0912345678, căn cước 079203001234")
    number = given_to(office, code)
    hoa.send(f"case:note:{number}")
    hoa.say("Báo điện lực trước")
    assert "Báo điện lực" in hoa.send(f"case:show:{number}")
    an.say("/cuatoi")
    assert "Báo điện lực" not in an.send(f"mine:show:{code}")
    assert "Đã che 1" in hoa.send(f"case:redact:{number}")
    assert "079203001234" not in hoa.send(f"case:show:{number}")


def test_words_of_a_case_go_a_year_after_it_was_closed(office: Office) -> None:
    an = office.talks["an"]
    number = given_to(office, send(an))
    answer(office, number)
    office.press("an", "Đã xong")

    async def purge(later: int) -> None:
        async with an.engine.begin() as conn:
            await retention.purge(conn, now=office.now + dt.timedelta(days=later))

    an.wait(purge(360))
    assert rows(office, "SELECT count(*) FROM case_texts") == [(2,)]
    an.wait(purge(370))
    assert rows(office, "SELECT count(*) FROM case_texts") == [(0,)]
    assert rows(office, "SELECT state, person_id FROM cases") == [("confirmed", None)]


def raw_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("talk.db*"))
