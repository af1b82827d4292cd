"""Conversations as people have them: questions, buttons, languages, follow-ups, erasing."""

from __future__ import annotations

import pytest

from db import messages, people
from db.messages import Message
from tests.talk import Talk


def test_a_first_message_is_greeted_with_ways_to_begin(lan: Talk) -> None:
    assert "Một Cửa" in lan.say("/start")
    assert any(button["action"] == "lang:en" for button in lan.buttons)


def test_a_procedure_is_answered_with_its_papers_and_source(lan: Talk) -> None:
    said = lan.say("Tôi muốn làm giấy khai sinh cho con mới sinh")
    assert "Nguồn:" in said
    assert "Kiểm tra ngày" in said
    assert lan.refs[0] in ("procedure:dang-ky-khai-sinh", "procedure:khai-sinh-lien-thong")


def test_a_fact_that_is_asked_for_comes_first(lan: Talk) -> None:
    assert lan.say("lệ phí cấp hộ chiếu là bao nhiêu tiền").startswith("Lệ phí:")
    assert lan.refs == ["procedure:ho-chieu-pho-thong"]


def test_a_button_shows_another_fact_of_the_same_procedure(lan: Talk) -> None:
    lan.say("lệ phí cấp hộ chiếu là bao nhiêu tiền")
    assert lan.press("Các bước").startswith("Các bước:\n1. ")
    assert lan.refs == ["procedure:ho-chieu-pho-thong"]


def test_a_follow_up_keeps_the_subject(lan: Talk) -> None:
    lan.say("Muốn đổi bằng lái xe thì làm sao?")
    assert lan.refs == ["procedure:doi-giay-phep-lai-xe"]
    assert lan.say("vậy tốn bao nhiêu tiền?").startswith("Lệ phí:")
    assert lan.say("mấy ngày thì xong?").startswith("Thời hạn giải quyết:")
    assert lan.refs == ["procedure:doi-giay-phep-lai-xe"]


def test_a_follow_up_after_a_button_keeps_the_subject(lan: Talk) -> None:
    lan.send("show:procedure:dang-ky-ket-hon")
    assert lan.say("làm trên mạng được không?").startswith("Nộp qua mạng:")
    assert lan.refs == ["procedure:dang-ky-ket-hon"]


def test_all_duties_of_a_department_come_as_one_list(lan: Talk) -> None:
    said = lan.say("Liệt kê tất cả nhiệm vụ của Sở Tư pháp trong kế hoạch")
    assert sorted(lan.refs) == ["plan:IV.3-1", "plan:IV.3-2", "plan:IV.3-3"]
    assert "1346/QĐ-UBND" in said


def test_an_answer_of_the_plan_says_who_it_is_today(lan: Talk) -> None:
    said = lan.send("show:plan:IV.6-3")
    assert "ít nhất 01 lần/năm" in said
    assert "Sở Tài chính tỉnh Tây Ninh" in said
    assert "không phải quy định hiện nay" in said


def test_a_slip_of_the_scanner_is_mended_and_shown(lan: Talk) -> None:
    said = lan.send("show:plan:II.2-3")
    assert said.count("Phấn đấu mức độ hài lòng") == 1
    assert "Phân đấu" in said


@pytest.mark.parametrize(
    "asked",
    [
        "Tôi muốn ly hôn thì làm sao",
        "giá vàng hôm nay",
        "dang kiem xe o to o dau",
        "asdf qwer zxcv",
    ],
)
def test_what_is_not_known_is_refused_with_a_way_on(lan: Talk, asked: str) -> None:
    assert "chưa có câu trả lời đã kiểm tra" in lan.say(asked)
    assert lan.refs == []
    assert any(button["action"] == "show:answer:gap-can-bo" for button in lan.buttons)


def test_the_language_changes_and_stays(lan: Talk) -> None:
    lan.say("/start")
    assert lan.press("English").startswith("Hello!")
    assert lan.say("How do I get a passport?").startswith("Issuance of ordinary passport")
    assert lan.say("/vi").startswith("Chào anh/chị")


def test_english_gets_the_english_card(minh: Talk) -> None:
    said = minh.say("What is the fee for a new passport?")
    assert said.startswith("Fee:")
    assert minh.refs == ["procedure:ho-chieu-pho-thong"]


@pytest.mark.parametrize(
    "action",
    [
        "show:procedure:khong-co",
        "fact:fee:procedure:khong-co",
        "fact:x:answer:cam-on",
        "x",
        ":",
        "show:",
    ],
)
def test_an_unknown_button_gets_a_sentence(lan: Talk, action: str) -> None:
    assert lan.send(action).startswith("Nút này thuộc cuộc trò chuyện cũ")


def test_a_fact_button_of_something_without_facts_gets_a_sentence(lan: Talk) -> None:
    assert lan.send("fact:fee:plan:IV.4").startswith("Nút này thuộc cuộc trò chuyện cũ")


def test_unknown_commands_and_empty_messages_get_a_sentence(lan: Talk) -> None:
    assert "không có lệnh này" in lan.say("/bogus")
    assert "gõ câu hỏi" in lan.say("   ")


def test_the_same_message_counts_once(lan: Talk) -> None:
    assert lan.say("cảm ơn", number="once-only-1")
    assert lan.say("cảm ơn", number="once-only-1") == ""
    assert len(_history(lan)) == 2


def test_numbers_of_people_are_masked_before_they_are_kept(lan: Talk) -> None:
    lan.say("cccd của tôi là 079123456789, sđt 0912 345 678, đổi căn cước làm sao")
    kept = " ".join(message.text for message in _history(lan))
    assert "079123456789" not in kept
    assert "345 678" not in kept


def test_a_conversation_is_erased_at_a_word(lan: Talk) -> None:
    lan.say("làm hộ chiếu ở đâu")
    lan.say("/forget")
    assert lan.press("Có, xóa đi") == "Cuộc trò chuyện của anh/chị đã được xóa."
    assert [message.text for message in _history(lan)][-1].startswith("Cuộc trò chuyện")
    assert len(_history(lan)) == 2


def _history(talk: Talk) -> list[Message]:
    async def read() -> list[Message]:
        async with talk.engine.begin() as conn:
            person = await people.find(conn, "web", talk.user)
            assert person is not None
            return await messages.history(conn, person)

    return talk.wait(read())
