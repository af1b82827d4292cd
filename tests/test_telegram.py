"""The bot on Telegram: questions, presses, groups, links, searches, files, and what goes wrong."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.channels.telegram import SECRET_HEADER
from bot.library import Library
from bot.parts import units
from handlers import links
from tests.botapi.running import BotApi, running
from tests.phone import Bot, bot_on_telegram
from tests.serving import free_port

LAN = 7
GROUP, MOVED = -500, -1000500
WORD = "s3cret"


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API with nobody on it."""
    with running() as server:
        yield server


@pytest.fixture
def bot(library: Library, tmp_path: Path, api: BotApi) -> Iterator[Bot]:
    """Give a bot that polls it."""
    with bot_on_telegram(library, tmp_path, api) as running_bot:
        yield running_bot


def said(api: BotApi, text: str, *, user: int = LAN, group: int | None = None) -> str:
    """Say something and give what the bot then says."""
    chat = api.chat(group or user)
    before = len(chat.bots)
    api.say(user, text, group=group)
    api.wait_for(lambda: len(chat.bots) > before)
    return chat.bots[-1].text


def pressed(api: BotApi, label: str, *, user: int = LAN) -> str:
    """Press a button and give what the bot shows then, in place or anew."""
    chat = api.chat(user)
    before = (len(chat.bots), chat.bots[-1].edits)
    api.press(user, label)
    api.wait_for(lambda: (len(chat.bots), chat.bots[-1].edits) != before)
    return chat.bots[-1].text


@pytest.mark.usefixtures("bot")
def test_a_question_is_answered_with_its_source(api: BotApi) -> None:
    assert "Nguồn:" in said(api, "lệ phí cấp hộ chiếu là bao nhiêu tiền")
    assert api.refusals == []


@pytest.mark.usefixtures("bot")
def test_a_press_is_answered_and_changes_the_message_in_place(api: BotApi) -> None:
    said(api, "lệ phí cấp hộ chiếu là bao nhiêu tiền")
    shown = len(api.chat(LAN).bots)
    assert pressed(api, "Các bước").startswith("Các bước:")
    assert len(api.chat(LAN).bots) == shown
    api.wait_for(lambda: None not in api.state.presses.values())


@pytest.mark.usefixtures("bot")
def test_people_who_read_english_are_answered_in_english(api: BotApi) -> None:
    with api.language(LAN, "ko"):
        assert said(api, "/start").startswith("Hello!")


@pytest.mark.usefixtures("bot")
def test_a_link_leads_to_an_entry(api: BotApi) -> None:
    assert "hộ chiếu" in said(api, "/start r_procedure_ho-chieu-pho-thong").lower()
    assert "01 lần/năm" in said(api, "/start r_plan_IV__6-3")


@pytest.mark.usefixtures("bot")
def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(api: BotApi) -> None:
    api.say(LAN, "hôm nay họp không", group=GROUP)
    answer = said(api, "@motcua_bot làm hộ chiếu ở đâu", group=GROUP)
    assert "Nguồn:" in answer
    assert len(api.chat(GROUP).bots) == 1
    assert "nhắn riêng" in said(api, "/dulieu@motcua_bot", group=GROUP)


@pytest.mark.usefixtures("bot")
def test_a_search_from_another_chat_gives_cards(api: BotApi) -> None:
    number = api.search(LAN, "đăng ký khai sinh")
    api.wait_for(lambda: api.state.searches[number] is not None)
    cards = api.state.searches[number]
    assert cards
    assert cards[0]["title"] == "Đăng ký khai sinh"


@pytest.mark.usefixtures("bot")
def test_a_photo_gets_a_sentence_and_its_words_an_answer(api: BotApi) -> None:
    chat = api.chat(LAN)
    api.attach(LAN, "a.jpg", b"\xff\xd8\xff", "image/jpeg")
    api.wait_for(lambda: len(chat.bots) == 1)
    assert "chỉ đọc được chữ" in chat.bots[0].text
    api.attach(LAN, "a.jpg", b"\xff\xd8\xff", "image/jpeg", "làm hộ chiếu ở đâu")
    api.wait_for(lambda: len(chat.bots) == 2)
    assert "Nguồn:" in chat.bots[1].text


@pytest.mark.usefixtures("bot")
def test_a_copy_of_what_is_kept_is_not_kept_again(api: BotApi, tmp_path: Path) -> None:
    sizes = []
    for _ in range(3):
        said(api, "/dulieu")
        pressed(api, "Lưu thành tệp")
        file = api.chat(LAN).bots[-1].file
        assert file
        sizes.append(len(file[1]))
    assert sizes[2] < sizes[1] + 2 * (sizes[1] - sizes[0]), "it grows by what was said, no faster"
    said(api, "cảm ơn")  # goes when all before it is settled
    with contextlib.closing(sqlite3.connect(tmp_path / "phone.db")) as raw:
        assert "motcua-du-lieu.json" not in "".join(raw.iterdump())


@pytest.mark.usefixtures("bot")
def test_an_update_that_comes_twice_counts_once(api: BotApi) -> None:
    said(api, "cảm ơn")
    api.again(dict(_update(499_000, "làm hộ chiếu ở đâu")))
    api.wait_for(lambda: len(api.chat(LAN).bots) == 2)
    api.again(dict(_update(499_000, "làm hộ chiếu ở đâu")))
    assert "Nguồn" in said(api, "lệ phí cấp hộ chiếu")
    assert len(api.chat(LAN).bots) == 3


@pytest.mark.usefixtures("bot")
def test_what_cannot_be_read_does_not_stop_what_can(api: BotApi) -> None:
    api.raw({"message": {"message_id": "x", "chat": 5}})
    api.raw({"message": None, "poll": []})
    api.raw({})
    assert "Nguồn:" in said(api, "làm hộ chiếu ở đâu")


def test_by_webhook_an_update_is_answered_and_the_secret_is_asked_for(
    library: Library, tmp_path: Path, api: BotApi
) -> None:
    url = f"http://127.0.0.1:{free_port()}/telegram/webhook"
    with bot_on_telegram(library, tmp_path, api, webhook=url, secret=WORD):
        assert "Nguồn:" in said(api, "làm hộ chiếu ở đâu")
        update = _update(77, "cảm ơn")
        for word in ("", "other", "mật"):
            told = {SECRET_HEADER.encode(): word.encode()}
            assert httpx.post(url, json=update, headers=told).status_code == 403
        right = {SECRET_HEADER: WORD}
        assert httpx.post(url, content=b"\xff{", headers=right).status_code == 400
        assert httpx.post(url, content=b"1" * 600_000, headers=right).status_code == 413
    assert len(api.chat(LAN).bots) == 1


@pytest.mark.usefixtures("bot")
def test_a_group_that_moved_is_written_to_where_it_is_now(api: BotApi) -> None:
    said(api, "@motcua_bot cảm ơn", group=GROUP)
    old, new = api.chat(GROUP), api.chat(MOVED)
    api.upgrade(GROUP, MOVED)
    api.raw({"message": {**_message(GROUP, "group"), "text": "@motcua_bot cảm ơn"}})
    api.wait_for(lambda: new.bots)
    assert len(old.bots) == 1


@pytest.mark.usefixtures("bot")
def test_a_long_list_comes_in_parts_that_telegram_takes(api: BotApi) -> None:
    chat = api.chat(LAN)
    api.say(LAN, "toàn bộ phần II: nhiệm vụ của bảy lĩnh vực")
    api.wait_for(lambda: len(chat.bots) == 4)
    assert chat.bots[0].text.startswith("Toàn bộ phần II")
    assert "1346/QĐ-UBND" in chat.bots[-1].text
    assert all(units(shown.text) <= 4096 for shown in chat.bots)
    assert api.refusals == []


def test_every_entry_has_a_link_that_leads_back(library: Library) -> None:
    for ref in library.content.entries:
        told = links.to_entry(ref)
        assert not told or links.entry(told) == ref


def _update(number: int, text: str) -> dict[str, object]:
    return {"update_id": number, "message": {**_message(LAN, "private"), "text": text}}


def _message(chat: int, kind: str) -> dict[str, object]:
    user = {"id": LAN, "is_bot": False, "first_name": "An", "language_code": "vi"}
    where = {"id": chat, "type": kind, "first_name": "An", "title": "Tổ"}
    return {"message_id": 5, "date": 1, "chat": where, "from": user}
