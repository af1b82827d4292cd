"""The bot on a Zalo Official Account: what people say and send, and what it answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.library import Library
from bot.parts import units
from tests.zalooa.bot import Bot, bot_on_zalo
from tests.zalooa.fixtures import (
    LAN,
    MINH,
    QUESTION,
    attached,
    blocked,
    bot,
    number_of,
    picture,
    zalo,
)
from tests.zalooa.running import Zalo
from tests.zalooa.server import MESSAGE, TOKEN

__all__ = ["bot", "zalo"]


@pytest.mark.usefixtures("bot")
def test_a_question_is_answered_and_numbers_choose(zalo: Zalo) -> None:
    answer = zalo.asked(LAN, QUESTION)
    assert "Nguồn:" in answer
    steps = zalo.asked(LAN, number_of(answer, "Các bước"))
    assert steps.startswith("Các bước:")
    again = zalo.asked(LAN, f"Số {number_of(steps, 'Giấy tờ')}.")
    assert again.splitlines()[0].startswith("Giấy tờ")
    assert zalo.asked(LAN, "cac buoc").startswith("Các bước:")


def test_choices_hold_after_a_restart_and_belong_to_one_person(
    library: Library, tmp_path: Path, zalo: Zalo
) -> None:
    with bot_on_zalo(library, tmp_path, zalo):
        number = number_of(zalo.asked(LAN, QUESTION), "Các bước")
    with bot_on_zalo(library, tmp_path, zalo):
        assert not zalo.asked(MINH, number).startswith("Các bước:")
        assert zalo.asked(LAN, number).startswith("Các bước:")
    assert zalo.answers(TOKEN) == [0]


@pytest.mark.usefixtures("bot")
def test_a_form_goes_by_numbers_though_its_texts_are_kept_nowhere(zalo: Zalo) -> None:
    zalo.state.media["a.jpg"] = picture()
    zalo.asked(LAN, QUESTION)
    zalo.asked(LAN, "/phananh")
    assert "bằng lời" in zalo.asked(LAN, "1")
    assert "Đèn đường" in zalo.asked(LAN, "Đèn đường trước nhà số 5 hỏng đã ba tuần nay")
    sent = {"url": f"{zalo.url}/media/a.jpg", "thumbnail": "https://a.zdn.vn/t"}
    assert "1 ảnh" in attached(zalo, "image", sent)
    where = {"coordinates": {"latitude": "11.31", "longitude": "106.1"}}
    shown = attached(zalo, "location", where)
    assert "vị trí" in shown
    assert "Mã" in zalo.asked(LAN, number_of(shown, "ẩn danh"))


@pytest.mark.usefixtures("bot")
def test_what_comes_twice_is_answered_once(zalo: Zalo) -> None:
    zalo.say(LAN, QUESTION, "m-1")
    assert zalo.say(LAN, QUESTION, "m-1").status_code == 200
    zalo.asked(LAN, "cảm ơn")
    assert len(zalo.shown(LAN)) == 2


@pytest.mark.usefixtures("bot")
def test_a_long_list_comes_in_parts_that_zalo_takes(zalo: Zalo) -> None:
    zalo.say(LAN, "toàn bộ phần II: nhiệm vụ của bảy lĩnh vực")
    zalo.wait_for(lambda: "1346/QĐ-UBND" in "".join(one["text"] for one in zalo.shown(LAN)))
    texts = [one["text"] for one in zalo.shown(LAN)]
    assert len(texts) > 4
    assert texts[0].startswith("Toàn bộ phần II")
    assert all(units(text) <= 2000 for text in texts)
    assert set(zalo.answers(MESSAGE)) == {0}


def test_who_follows_is_greeted_and_who_unfollows_is_not_written_to(zalo: Zalo, bot: Bot) -> None:
    assert zalo.follow(LAN).status_code == 200
    zalo.wait_for(lambda: zalo.shown(LAN))
    assert "Một Cửa" in zalo.shown(LAN)[0]["text"]
    assert zalo.follow(LAN, gone=True).status_code == 200
    assert blocked(bot)
    zalo.follow(LAN)
    assert not blocked(bot)


@pytest.mark.usefixtures("bot")
def test_pictures_files_and_places_come_in(zalo: Zalo) -> None:
    zalo.state.media = {"a.jpg": b"\xff\xd8\xff", "b.pdf": b"%PDF-1.7"}
    for kind, payload in (
        ("image", {"url": f"{zalo.url}/media/a.jpg", "thumbnail": "https://a.zdn.vn/t"}),
        ("file", {"url": f"{zalo.url}/media/b.pdf", "name": "đơn.pdf", "size": "8"}),
        ("image", {"url": f"{zalo.url}/media/gone.jpg"}),
        ("image", {"url": "http://127.0.0.1:1/inside"}),
        ("location", {"coordinates": {"latitude": "11.31", "longitude": "106.1"}}),
        ("sticker", {"id": "s", "url": "https://a.zdn.vn/s"}),
    ):
        told = attached(zalo, kind, payload)
        assert ("bằng chữ" if kind == "sticker" else "chỉ đọc được chữ") in told
