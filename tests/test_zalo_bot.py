"""The bot on the Zalo Bot Platform: questions, choices by number, groups, what is no text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.library import Library
from bot.parts import units
from tests.zalobot.bot import Bot, bot_on_zalo
from tests.zalobot.looking import LAN, PASSPORT, asks_after, numbers, said
from tests.zalobot.running import ZaloApi, update


@pytest.fixture
def api() -> Iterator[ZaloApi]:
    """Give a Zalo."""
    with ZaloApi.running() as server:
        yield server


@pytest.fixture
def bot(library: Library, tmp_path: Path, api: ZaloApi) -> Iterator[Bot]:
    """Give a bot that polls it."""
    with bot_on_zalo(library, tmp_path, api, patience=2) as running_bot:
        yield running_bot


@pytest.mark.usefixtures("bot")
def test_a_choice_is_made_by_number_and_by_label_without_accents(api: ZaloApi) -> None:
    hello = said(api, "/start")
    assert numbers(hello)["Đăng ký khai sinh"] == "1"
    answer = said(api, PASSPORT)
    assert "Nguồn:" in answer
    offered = numbers(answer)
    assert said(api, offered["Lệ phí"]).startswith("Lệ phí:")
    steps = said(api, "cac buoc")
    assert steps.startswith("Các bước:")
    assert said(api, f"Số {numbers(steps)['Giấy tờ cần có']}.").startswith("Giấy tờ")
    assert said(api, "đúng ý tôi") != ""
    assert api.state.refusals == []


@pytest.mark.usefixtures("bot")
def test_a_form_that_is_kept_nowhere_is_chosen_from_as_well(api: ZaloApi) -> None:
    offered = numbers(said(api, "/phananh"))
    assert "Góp ý" in offered
    said(api, offered["Góp ý"])
    asked = said(api, "Đèn đường trước chợ phường 2 hỏng đã một tuần rồi")
    assert said(api, numbers(asked)["Gửi ẩn danh"]).startswith("✅")


def test_choices_survive_a_restart(library: Library, tmp_path: Path, api: ZaloApi) -> None:
    with bot_on_zalo(library, tmp_path, api):
        offered = numbers(said(api, PASSPORT))
    with bot_on_zalo(library, tmp_path, api):
        assert said(api, offered["Lệ phí"]).startswith("Lệ phí:")


def test_after_a_restart_a_number_never_means_what_was_shown_earlier(
    library: Library, tmp_path: Path, api: ZaloApi
) -> None:
    with bot_on_zalo(library, tmp_path, api):
        said(api, "/phananh")
        said(api, "1")
        asked = said(api, "Đèn đường trước chợ phường 2 hỏng đã một tuần rồi")
        assert numbers(asked)
    with bot_on_zalo(library, tmp_path, api):
        # The form's own choices are gone with the process: it asks again, and does nothing else.
        again = said(api, "2")
        assert "Gửi ẩn danh" in numbers(again)


@pytest.mark.usefixtures("bot")
def test_words_that_name_no_choice_are_a_question(api: ZaloApi) -> None:
    said(api, "/start")
    assert "Nguồn:" in said(api, "lệ phí cấp hộ chiếu là bao nhiêu tiền")
    assert said(api, "99")


@pytest.mark.usefixtures("bot")
def test_a_long_answer_comes_in_parts_with_the_choices_last(api: ZaloApi) -> None:
    api.say(LAN, "toàn bộ phần II: nhiệm vụ của bảy lĩnh vực")
    api.wait_for(lambda: any(numbers(text) for text in api.texts(LAN)))
    found = api.texts(LAN)
    assert len(found) >= 7
    assert all(units(text) <= 2000 for text in found)
    assert [bool(numbers(text)) for text in found].index(True) == len(found) - 1
    assert api.state.refusals == []


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("event", "fields", "answer"),
    [
        ("message.sticker.received", {"sticker": "s1", "url": "https://x/s"}, "gõ câu hỏi"),
        ("message.voice.received", {"voice_url": "https://x/v.aac"}, "gõ câu hỏi"),
        ("message.image.received", {"photo": "https://x/a.jpg"}, "chỉ đọc được chữ"),
        ("message.image.received", {"photo_url": "https://x/a.jpg"}, "chỉ đọc được chữ"),
        ("message.image.received", {"photo": "https://x/a", "caption": PASSPORT}, "Nguồn:"),
        ("message.unsupported.received", {}, "Trung tâm Phục vụ hành chính công"),
    ],
)
def test_what_is_no_text_is_answered_politely(
    api: ZaloApi, event: str, fields: dict[str, Any], answer: str
) -> None:
    api.tell(LAN, event, **fields)
    api.wait_for(lambda: api.texts(LAN))
    assert answer in api.texts(LAN)[0]


@pytest.mark.usefixtures("bot")
def test_what_cannot_be_read_does_not_stop_what_can(api: ZaloApi) -> None:
    api.raw({"message": {"message_id": {}, "chat": 5}})
    api.raw({"message": None, "event_name": "message.reaction.received"})
    api.raw({"event_name": 7, "message": {"chat": {"id": "\ud800"}, "message_id": "\0"}})
    bare = update(LAN, "bare-1", "", text=PASSPORT)
    del bare["event_name"]
    api.raw(bare, LAN)
    api.wait_for(lambda: api.texts(LAN))
    assert "Nguồn:" in api.texts(LAN)[0]


@pytest.mark.usefixtures("bot")
def test_an_update_that_comes_twice_counts_once(api: ZaloApi) -> None:
    for _ in range(2):
        api.raw(update(LAN, "same-1", "message.text.received", text="cảm ơn"), LAN)
    said(api, "làm hộ chiếu ở đâu")
    api.wait_for(lambda: "Nguồn:" in api.texts(LAN)[-1])
    assert len(api.texts(LAN)) == 2


@pytest.mark.usefixtures("bot")
def test_in_a_group_the_name_of_the_bot_is_no_part_of_the_question(api: ZaloApi) -> None:
    group = "g-1"
    api.tell(LAN, "message.text.received", group=group, text=f"@bot.motcua {PASSPORT}")
    api.wait_for(lambda: api.texts(group))
    offered = numbers(api.texts(group)[0])
    api.tell(LAN, "message.text.received", group=group, text=f"@Bot.MotCua {offered['Lệ phí']}")
    api.wait_for(lambda: len(api.texts(group)) == 2)
    assert api.texts(group)[1].startswith("Lệ phí:")
    api.tell(LAN, "message.text.received", group=group, text="@bot.motcua /dulieu")
    api.wait_for(lambda: len(api.texts(group)) == 3)
    assert "nhắn riêng" in api.texts(group)[2]


def test_nothing_is_left_of_somebody_erased(library: Library, tmp_path: Path, api: ZaloApi) -> None:
    with bot_on_zalo(library, tmp_path, api):
        said(api, PASSPORT)
        said(api, choice(said(api, "/dulieu"), "Xóa"))
        api.wait_for(lambda: any("xóa" in label for label in numbers(api.texts(LAN)[-1])))
        assert not numbers(said(api, choice(api.texts(LAN)[-1], "xóa")))
        api.wait_for(lambda: asks_after(api, 4))
    assert [
        file.name for file in tmp_path.glob("zalo.db*") if LAN.encode() in file.read_bytes()
    ] == []


def choice(text: str, word: str) -> str:
    """Give the number of the choice in whose label a word stands."""
    return next(number for label, number in numbers(text).items() if word in label)
