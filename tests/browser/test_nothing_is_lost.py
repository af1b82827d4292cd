"""Whatever goes wrong, no words are lost or counted twice, and the page says what to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chat import (
    API,
    QUESTION,
    Chat,
    OpenChat,
    answer_with,
    bubble,
    hold_next,
    lose_next,
)


def test_lost_message_is_kept_and_counts_once_when_tried_again(chat: Chat) -> None:
    chat.expected = ("net::ERR_FAILED",)
    lose_next(chat.page)
    chat.type(QUESTION)
    expect(chat.retry).to_be_visible()
    expect(chat.mine.last).to_contain_text(QUESTION)
    chat.retry.click()
    expect(chat.answers).to_have_count(2)
    expect(chat.retry).to_have_count(0)
    expect(chat.mine).to_have_count(1)
    assert chat.times_stored(QUESTION) == 1


def test_lost_reply_is_fetched_without_counting_twice(chat: Chat) -> None:
    chat.expected = ("net::ERR_FAILED",)

    def answer_into_the_void(route: Route) -> None:
        route.fetch()
        route.abort()

    chat.page.route(API, answer_into_the_void, times=1)
    chat.type(QUESTION)
    chat.retry.click()
    expect(chat.answers).to_have_count(2)
    expect(chat.mine).to_have_count(1)
    assert chat.times_stored(QUESTION) == 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_troubled_server_keeps_the_text(chat: Chat, status: int) -> None:
    chat.expected = (f"status of {status}",)
    chat.page.route(API, lambda r: r.fulfill(status=status, body="trouble"), times=1)
    chat.type(QUESTION)
    chat.retry.click()
    expect(chat.answers).to_have_count(2)
    assert chat.times_stored(QUESTION) == 1


def test_apology_can_be_followed_by_another_try(chat: Chat) -> None:
    answer_with(chat.page, bubble(0, "Có lỗi ở phía chúng tôi (mã 1a2b).", failed=True))
    chat.type(QUESTION)
    expect(chat.log).to_contain_text("mã 1a2b")
    chat.retry.click()
    expect(chat.answers).to_have_count(2)
    expect(chat.log).not_to_contain_text("mã 1a2b")
    assert chat.times_stored(QUESTION) == 1


def test_refused_message_comes_back_into_the_box_with_the_reason(chat: Chat) -> None:
    chat.expected = ("status of 400",)
    why = "Tôi không đọc được tin này."
    chat.page.route(API, lambda r: r.fulfill(status=400, json={"error": why}), times=1)
    chat.type(QUESTION)
    expect(chat.page.get_by_role("status").filter(has_text=why)).to_be_visible()
    expect(chat.box).to_have_value(QUESTION)
    expect(chat.mine).to_have_count(0)


def test_unsent_message_survives_a_reload(chat: Chat) -> None:
    chat.expected = ("net::ERR_FAILED",)
    lose_next(chat.page)
    chat.type(QUESTION)
    expect(chat.retry).to_be_visible()
    chat.page.reload()
    expect(chat.answers).to_have_count(2)
    expect(chat.mine).to_have_count(1)
    assert chat.times_stored(QUESTION) == 1


def test_page_that_could_not_load_the_conversation_can_try_again(open_chat: OpenChat) -> None:
    chat = open_chat(before=lambda c: lose_next(c.page))
    chat.expected = ("net::ERR_FAILED",)
    chat.retry.click()
    expect(chat.answers).to_have_count(1)


def test_double_press_sends_once_and_what_follows_waits_its_turn(chat: Chat) -> None:
    held = hold_next(chat.page)
    choice = chat.answers.first.get_by_role("button").first
    chat.type(QUESTION)
    chat.box.press("Enter")
    chat.page.get_by_role("button", name="Gửi").dblclick()
    chat.type("một câu khác")
    choice.dblclick()
    expect(chat.page.get_by_role("status").filter(has_text="Đang tìm")).to_be_visible()
    held[0].continue_()
    expect(chat.answers).to_have_count(4)
    said = [QUESTION, "một câu khác", choice.inner_text()]
    assert [m["text"] for m in chat.stored() if m["mine"]] == ["/start", *said]
    expect(chat.mine.locator(".text")).to_have_text(said)
    order = chat.log.locator("article").evaluate_all("all => all.map(one => one.className)")
    assert order == ["bubble bot", *["bubble mine", "bubble bot"] * 3]


def test_question_typed_before_the_greeting_came_is_answered(open_chat: OpenChat) -> None:
    held: list[list[Route]] = []
    chat = open_chat(before=lambda c: held.append(hold_next(c.page)))
    chat.type(QUESTION)
    expect(chat.mine).to_have_count(1)
    held[0][0].continue_()
    expect(chat.answers).to_have_count(2)
    expect(chat.mine).to_have_count(1)
    assert chat.times_stored(QUESTION) == 1


def test_too_long_message_is_told_before_sending(chat: Chat) -> None:
    chat.type("a" * 10_001)
    told = chat.page.get_by_role("status").filter(has_text="10.000")
    expect(told).to_be_visible()
    expect(chat.mine).to_have_count(0)
    chat.box.fill("vừa đủ")
    expect(told).to_have_count(0)


def test_blocked_cookies_are_explained(open_chat: OpenChat) -> None:
    blocked = """
        Object.defineProperty(Navigator.prototype, "cookieEnabled", { get: () => false });
        Object.defineProperty(window, "sessionStorage", { get() { throw new Error("blocked"); } });
    """
    chat = open_chat(before=lambda c: c.page.add_init_script(blocked))
    expect(chat.page.get_by_text("đang chặn cookie")).to_be_visible()
    chat.ask(QUESTION)


def test_page_without_scripts_says_what_to_do(open_chat: OpenChat) -> None:
    chat = open_chat(java_script_enabled=False)
    expect(chat.page.locator("noscript p").first).to_be_visible()
    expect(chat.box).to_have_count(0)
