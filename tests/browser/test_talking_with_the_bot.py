"""A person asks, presses, switches the language and erases; the page is for everybody."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.browser.chat import PHONE, QUESTION, Chat, OpenChat, answer_with, bubble, lose_next

# --- Asking and answering ------------------------------------------------------------------------


def test_bot_greets_with_choices_and_person_has_said_nothing(chat: Chat) -> None:
    expect(chat.answers.first).to_contain_text("Một Cửa")
    expect(chat.answers.first.get_by_role("button").first).to_be_visible()
    expect(chat.mine).to_have_count(0)
    expect(chat.page.locator("html")).to_have_attribute("lang", "vi")


def test_typed_question_is_answered_in_the_log(chat: Chat) -> None:
    chat.ask(QUESTION)
    expect(chat.mine.last).to_contain_text(QUESTION)
    expect(chat.answers.last).to_contain_text("thai sản")
    expect(chat.box).to_be_focused()
    expect(chat.box).to_have_value("")


def test_shift_enter_begins_a_new_line_and_box_stops_growing_at_five(chat: Chat) -> None:
    low = chat.box.bounding_box()
    for line in range(8):
        chat.box.press_sequentially(f"{line}")
        chat.box.press("Shift+Enter")
    high = chat.box.bounding_box()
    assert chat.box.input_value().count("\n") == 8
    assert low is not None
    assert high is not None
    assert 3 * low["height"] < high["height"] < 5 * low["height"]
    expect(chat.mine).to_have_count(0)


def test_enter_that_ends_a_word_of_an_input_method_does_not_send(chat: Chat) -> None:
    chat.box.fill("tiếng Việt")
    chat.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(chat.box).to_have_value("tiếng Việt")
    expect(chat.mine).to_have_count(0)


def test_choices_work_by_keyboard_and_stay_usable(chat: Chat) -> None:
    choice = chat.answers.first.get_by_role("button").first
    for count in (2, 3):
        choice.focus()
        chat.page.keyboard.press("Enter")
        expect(chat.answers).to_have_count(count)
    expect(chat.mine.last).to_contain_text(choice.inner_text())
    expect(choice).to_be_focused()


def test_first_tab_stop_leads_to_the_message_box(chat: Chat) -> None:
    chat.page.keyboard.press("Tab")
    expect(chat.page.get_by_role("link", name="Đến ô nhập câu hỏi")).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.box).to_be_focused()


def test_reload_shows_the_conversation_again(chat: Chat) -> None:
    chat.ask(QUESTION)
    before = [chat.mine.all_inner_texts(), chat.answers.all_inner_texts()]
    chat.page.reload()
    expect(chat.answers).to_have_count(2)
    assert [chat.mine.all_inner_texts(), chat.answers.all_inner_texts()] == before


def test_markup_is_shown_as_the_text_it_is(chat: Chat) -> None:
    typed = "<img src=x onerror=alert(1)><b id=bold>đậm</b> <script>alert(2)</script>"
    chat.ask(typed)
    expect(chat.mine.last).to_contain_text(typed)
    chat.page.reload()
    expect(chat.mine.last).to_contain_text(typed)
    expect(chat.log.locator("img, script, #bold")).to_have_count(0)


def test_answer_is_drawn_by_the_conventions_of_plain_text(chat: Chat) -> None:
    text = (
        "Chế độ thai sản\n\nGiấy tờ cần có:\n• Giấy khai sinh\n• <b>Sổ</b> (cần kiểm tra lại)\n\n"
        "Lệ phí: Không thu. Xem https://dichvucong.gov.vn.\n\nCác bước:\n1. Xin giấy\n2. Nộp\n\n"
        "Nguồn: Luật 41/2024/QH15.\nĐã kiểm tra ngày 01/07/2026."
    )
    answer_with(chat.page, bubble(900_001, text))
    chat.ask("?")
    drawn = chat.answers.last
    expect(drawn.get_by_role("heading", name="Chế độ thai sản")).to_be_visible()
    expect(drawn.locator("strong")).to_have_text(
        ["Giấy tờ cần có:", "Lệ phí:", "Các bước:", "Nguồn:"]
    )
    expect(drawn.locator("ul li")).to_have_text(["Giấy khai sinh", "<b>Sổ</b> (cần kiểm tra lại)"])
    expect(drawn.locator("ol li")).to_have_text(["Xin giấy", "Nộp"])
    expect(drawn.locator(".unsure")).to_have_text("(cần kiểm tra lại)")
    expect(drawn.get_by_role("link")).to_have_attribute("href", "https://dichvucong.gov.vn")
    expect(drawn.locator(".source")).to_contain_text("Đã kiểm tra ngày")


def test_address_buttons_are_links_and_only_safe_ones(chat: Chat) -> None:
    rows = [
        [{"label": "Cổng Dịch vụ công", "url": "https://dichvucong.gov.vn"}],
        [{"label": "Bẫy", "url": "javascript:alert(1)"}],
    ]
    answer_with(chat.page, bubble(900_002, "Xem thêm", buttons=rows))
    chat.ask("?")
    link = chat.answers.last.get_by_role("link")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_beginning_of_a_long_answer_is_in_sight(open_chat: OpenChat) -> None:
    chat = open_chat(**PHONE)
    chat.ask(QUESTION)
    name = chat.answers.last.locator(".meta")
    expect(name).to_be_in_viewport(ratio=1)
    top, bar = name.bounding_box(), chat.page.get_by_role("banner").bounding_box()
    assert top is not None
    assert bar is not None
    assert top["y"] >= bar["y"] + bar["height"]


# --- Language and erasing ------------------------------------------------------------------------


def test_language_is_switched_and_remembered(chat: Chat) -> None:
    chat.page.get_by_role("button", name="EN – English").click()
    for _ in range(2):
        expect(chat.page.locator("html")).to_have_attribute("lang", "en")
        expect(chat.page.get_by_role("button", name="Send")).to_be_visible()
        expect(chat.answers).to_have_count(2)
        expect(chat.answers.last).to_have_attribute("lang", "en")
        expect(chat.answers.first).to_have_attribute("lang", "vi")
        chat.page.reload()
    chat.page.get_by_role("button", name="VI – Tiếng Việt").click()
    expect(chat.page.locator("html")).to_have_attribute("lang", "vi")
    expect(chat.page.get_by_role("button", name="Gửi")).to_be_visible()


def test_browser_in_english_is_greeted_in_english(open_chat: OpenChat) -> None:
    chat = open_chat(locale="en-GB")
    expect(chat.answers.first).to_have_attribute("lang", "en")
    expect(chat.page.get_by_role("log", name="Conversation")).to_be_visible()


@pytest.mark.parametrize("way", ["menu", "typed"])
def test_conversation_is_erased_after_asking(chat: Chat, way: str) -> None:
    chat.ask(QUESTION)
    if way == "typed":
        chat.type("/forget")
    else:
        chat.page.locator("summary").click()
        chat.page.get_by_role("button", name="Xóa cuộc trò chuyện").click()
    expect(chat.answers).to_have_count(3)
    chat.answers.last.get_by_role("button").focus()
    chat.page.keyboard.press("Enter")
    for _ in range(2):
        expect(chat.answers).to_have_count(1)
        expect(chat.log).not_to_contain_text(QUESTION)
        assert chat.times_stored(QUESTION) == 0
        chat.page.reload()


# --- For everybody -------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["vi-VN", "en-GB"])
def test_no_barriers_in_any_state(
    open_chat: OpenChat, scheme: Literal["light", "dark"], locale: str
) -> None:
    chat = open_chat(**PHONE, locale=locale, color_scheme=scheme)
    expect(chat.answers).to_have_count(1)
    assert chat.barriers() == []
    chat.ask(QUESTION)
    assert chat.barriers() == []
    chat.page.locator("summary").click()
    assert chat.barriers() == []
    chat.page.keyboard.press("Escape")
    chat.type("a" * 10_001)
    assert chat.barriers() == []
    chat.expected = ("net::ERR_FAILED",)
    lose_next(chat.page)
    chat.type("?")
    expect(chat.log.locator(".failure")).to_be_visible()
    assert chat.barriers() == []


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_sticks_out_sideways(open_chat: OpenChat, width: int) -> None:
    chat = open_chat(viewport={"width": width, "height": 740})
    chat.ask(QUESTION)
    chat.ask("khôngcódấucách" * 30)
    assert chat.overflow() == 0
    chat.page.locator("summary").click()
    assert chat.overflow() == 0


def test_letters_and_targets_are_large(open_chat: OpenChat) -> None:
    chat = open_chat(**PHONE)
    chat.ask(QUESTION)
    assert chat.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 17
    for target in chat.page.locator("button:visible, summary, a.choice").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, target.inner_text()
