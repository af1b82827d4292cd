"""Feedback answered by replying to its message, and with the beginnings staff may choose."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from telegram import User

from bot.channels import telegram_read
from bot.channels.telegram_read import Said
from tests.office import Office
from tests.test_feedback import given_to, office, rows, send

__all__ = ["office"]


def arrived(office: Office, user: str) -> str:
    """Note that the newest message to somebody arrived; gives the platform's number of it."""
    with sqlite3.connect(office.talks["an"].engine.url.database or "") as raw:
        newest = "SELECT max(id) FROM outbox WHERE user = ?"
        (number,) = raw.execute(newest, (user,)).fetchone()
        raw.execute("UPDATE outbox SET state = 'sent', sent_id = id WHERE id = ?", (number,))
    return str(number)


def state(office: Office, number: int) -> tuple[Any, ...]:
    return rows(office, "SELECT state, outcome FROM cases WHERE id = ?", number)[0]


@pytest.fixture
def number(office: Office) -> int:
    """A feedback that lies with the body of Hoa."""
    return given_to(office, send(office.talks["an"]))


def test_a_handler_replies_and_says_how_it_ended(office: Office, number: int) -> None:
    hoa = office.talks["hoa"]
    said = hoa.say("Đã thay bóng mới.", answers=arrived(office, "hoa"))
    assert "Đã thay bóng mới." in said
    assert "bấm chọn" in hoa.say("còn gì nữa không")
    assert "đã trả lời" in hoa.send(f"case:reply:{number}:fixed")
    assert state(office, number) == ("done", "fixed")
    assert "Đã thay bóng mới." in office.sent("an")[-1].text
    assert "Nút này thuộc" in hoa.send(f"case:reply:{number}:fixed")


def test_a_reply_may_be_a_question_and_the_citizen_replies_too(office: Office, number: int) -> None:
    hoa, an = office.talks["hoa"], office.talks["an"]
    hoa.say("Trụ số mấy ạ?", answers=arrived(office, "hoa"))
    hoa.press("Hỏi lại")
    assert state(office, number)[0] == "waiting"
    assert "chuyển" in an.say("Trụ số 12", answers=arrived(office, "an"))
    assert state(office, number)[0] == "in-work"
    assert "Trụ số 12" in hoa.send(f"case:show:{number}")


def test_a_reply_of_somebody_else_or_to_something_else_is_a_question(
    office: Office, number: int
) -> None:
    message = arrived(office, "hoa")
    for talk, answers in ((office.talks["hoa"], "99999"), (office.talks["an"], message)):
        assert "Nguồn" in talk.say("lệ phí cấp hộ chiếu là bao nhiêu", answers=answers)
    office.leaves("hoa")
    office.talks["hoa"].say("Đã thay bóng mới.", answers=message)
    assert state(office, number)[0] != "done"


def test_words_in_reply_to_another_bodys_feedback_change_nothing(
    office: Office, number: int
) -> None:
    message = arrived(office, "hoa")
    hoa = office.talks["hoa"]
    hoa.send(f"case:hand:{number}")
    hoa.say("Sở Xây dựng: đường này do sở quản lý")
    assert "của đơn vị khác" in hoa.say("Đã thay bóng mới.", answers=message)
    assert "của đơn vị khác" in hoa.send(f"case:reply:{number}:fixed")


def test_an_answer_begins_with_a_template(office: Office, number: int) -> None:
    hoa = office.talks["hoa"]
    hoa.send(f"case:start:{number}")
    hoa.send(f"case:answer:{number}:explained")
    assert "xin giải thích" in hoa.press("Giải thích")
    hoa.say("bóng hỏng do sét, tuần tới thay.")
    assert "giải thích như sau: bóng hỏng do sét" in office.sent("an")[-1].text


def test_a_template_may_be_the_whole_answer(office: Office, number: int) -> None:
    hoa = office.talks["hoa"]
    hoa.send(f"case:start:{number}")
    assert "Nút này thuộc" in hoa.send(f"case:as-is:{number}")
    hoa.send(f"case:answer:{number}:fixed")
    hoa.press("Đã khắc phục")
    hoa.press("Gửi luôn")
    assert state(office, number) == ("done", "fixed")
    assert "khắc phục xong" in office.sent("an")[-1].text


def test_telegram_says_what_is_answered() -> None:
    lan = {"id": 7, "is_bot": False, "first_name": "Lan"}
    chat = {"id": 7, "type": "private", "first_name": "Lan"}
    before = {"message_id": 41, "date": 1, "chat": chat, "text": "Trụ số mấy?"}
    words = {"message_id": 42, "date": 2, "chat": chat, "from": lan, "text": "Trụ số 12"}
    raw = {"update_id": 1, "message": {**words, "reply_to_message": before}}
    update = telegram_read.parse(raw)
    assert update
    read = telegram_read.read(update, User(1, "Bot", is_bot=True))
    assert isinstance(read, Said)
    assert read.request.answers == "41"
