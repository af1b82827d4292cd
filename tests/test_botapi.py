"""The strict Bot API of the tests is itself as strict, as forgetful and as faulty as it says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden

from tests.botapi import markup
from tests.botapi.calling import LAN, call, numbers, refused, run, send
from tests.botapi.running import BotApi

MINH, GROUP = 8, -500
JPEG = b"\xff\xd8\xff" + b"0" * 20


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a server that Lan has started to talk with."""
    with BotApi.running() as server:
        server.open(LAN)
        yield server


def test_an_update_is_given_until_a_higher_offset_confirms_it(api: BotApi) -> None:
    first, second = api.say(LAN, "một"), api.say(LAN, "hai")
    assert numbers(api) == numbers(api, offset=first) == [first, second]
    assert numbers(api, limit=1) == [first]
    assert numbers(api, offset=second) == numbers(api) == [second]
    third = api.say(LAN, "ba")
    assert numbers(api, offset=-1) == numbers(api) == [third]
    assert numbers(api, offset=third + 1) == []


def test_a_long_poll_ends_when_something_comes_and_a_second_one_ends_it(api: BotApi) -> None:
    async def polls(bot: Bot) -> Any:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.to_thread(api.wait_for, lambda: api.state.polls == 1)
        second = asyncio.create_task(bot.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await first
        api.say(LAN, "chào")
        return await second

    (update,) = run(api, polls, 30)
    assert update.message.text == "chào"


def test_only_updates_that_were_asked_for_come(api: BotApi) -> None:
    assert numbers(api, allowed_updates=["callback_query"]) == []
    api.say(LAN, "chào")
    press = api.press_data(LAN, "a")
    assert numbers(api) == [press]


def test_every_update_can_be_read_by_the_library(api: BotApi) -> None:
    api.begin(LAN, "abc")
    asked = api.say(LAN, "@motcua_bot 😀 hỏi")
    api.say(LAN, "đây", reply_to=api.chat(LAN).messages[-1].id)
    api.edit(LAN, api.chat(LAN).messages[0].id, "/start xyz")
    api.photo(LAN, JPEG, "ảnh")
    api.document(LAN, "a.pdf", "application/pdf", b"%PDF")
    api.location(LAN, 10.8, 106.7)
    api.inline(LAN, "khai sinh")
    api.press_data(LAN, "a")
    api.block(LAN)
    api.unblock(LAN)
    api.join(GROUP, LAN)
    api.group_say(GROUP, LAN, "chào nhóm")
    api.leave(GROUP, LAN)
    api.migrate(GROUP, LAN)
    found = run(api, lambda bot: bot.get_updates())
    assert len(found) == 17
    assert asked == found[1].update_id
    assert not any(update.api_kwargs for update in found)
    assert found[0].message.entities[0].type == "bot_command"
    assert all(update.effective_user for update in found)
    assert found[2].message.reply_to_message.text == "@motcua_bot 😀 hỏi"
    assert found[-2].message.migrate_to_chat_id == found[-1].message.chat.id


def test_anything_may_be_sent_even_what_cannot_be_read(api: BotApi) -> None:
    api.raw({"message": {"chat": 5}})
    api.raw(["x"])
    last = api.say(LAN, "chào")
    broken, odd, fine = call(api, "getUpdates").json()["result"]
    assert (broken["message"], odd, fine["update_id"]) == ({"chat": 5}, ["x"], last)
    with pytest.raises(KeyError):
        Update.de_json(broken, None)
    assert numbers(api, offset=last + 1) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("đây <br>", 'Unsupported start tag "br" at byte offset 6'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("1 <2", "Unclosed start tag at byte offset 2"),
        ("<a href='x", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<a ='x'>z</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_html_with_mistakes_is_refused_in_telegrams_words(api: BotApi, text: str, why: str) -> None:
    found = refused(api, "sendMessage", chat_id=LAN, text=text, parse_mode="HTML")
    assert found == f"can't parse entities: {why}"
    assert api.chat(LAN).bots == []
    assert api.refusals[0].method == "sendMessage"


def test_html_is_read_as_people_see_it() -> None:
    found = markup.marked(
        '<b>Lệ <a href="https://a.vn/?a=1&amp;b">phí</a></b> &lt;5&gt; &#272;&#x111; &nbsp; 😀'
        '<i>x</i><pre><code class="language-py">y</code></pre>'
        "<blockquote expandable>z</blockquote>",
        "HTML",
    )
    assert found.text == "Lệ phí <5> Đđ &nbsp; 😀xyz"
    assert found.entities == [
        {"type": "bold", "offset": 0, "length": 6},
        {"type": "text_link", "url": "https://a.vn/?a=1&b", "offset": 3, "length": 3},
        {"type": "italic", "offset": 23, "length": 1},
        {"type": "pre", "language": "py", "offset": 24, "length": 1},
        {"type": "expandable_blockquote", "offset": 25, "length": 1},
    ]


def test_lengths_are_counted_after_the_markup_in_utf_16_units(api: BotApi) -> None:
    bold = {"chat_id": LAN, "parse_mode": "HTML"}
    assert call(api, "sendMessage", text=f"<b>{'😀' * 2048}</b>", **bold).is_success
    assert refused(api, "sendMessage", text="😀" * 2048 + "x", **bold) == "message is too long"
    assert refused(api, "sendMessage", text="<b> </b>\n", **bold) == "message text is empty"


def test_what_a_method_does_not_know_is_refused(api: BotApi) -> None:
    assert (
        refused(api, "sendMessage", chat_id=LAN, text="x", words="y") == "unknown parameter words"
    )
    assert refused(api, "sendMessage", chat_id=404, text="x") == "chat not found"
    assert refused(api, "sendMessage", chat_id=LAN, text="x", parse_mode="Word") == (
        "unsupported parse_mode"
    )
    assert call(api, "sendDice", chat_id=LAN).json()["description"].endswith("method not found")
    other = httpx.get(f"{api.url}/bot{api.token}x/getMe", trust_env=False)
    assert (other.status_code, other.json()["description"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"text": "x", "callback_data": "ă" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "url": "khong phai"}, "BUTTON_URL_INVALID"),
        ({"text": "x"}, "text buttons are unallowed in the inline keyboard"),
        (
            {"text": "x", "callback_data": "a", "url": "https://a.vn"},
            "can't parse inline keyboard button: exactly one action is expected",
        ),
        ({"text": "x", "data": "a"}, "unknown field data of an inline keyboard button"),
    ],
)
def test_a_button_must_be_whole(api: BotApi, button: dict[str, str], why: str) -> None:
    keyboard = {"inline_keyboard": [[button]]}
    assert refused(api, "sendMessage", chat_id=LAN, text="x", reply_markup=keyboard) == why


def test_a_keyboard_has_at_most_eight_in_a_row_and_a_hundred(api: BotApi) -> None:
    one = {"text": "x", "callback_data": "a"}
    for rows in ([[one] * 9], [[one]] * 101):
        keyboard = {"inline_keyboard": rows}
        why = refused(api, "sendMessage", chat_id=LAN, text="x", reply_markup=keyboard)
        assert why == "reply markup is too long"


def test_who_cannot_be_written_to(api: BotApi) -> None:
    api.user(MINH, "en")
    api.group_say(GROUP, LAN, "chào")
    new = api.migrate(GROUP, LAN)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        run(api, lambda bot: bot.send_message(MINH, "x"))
    with pytest.raises(ChatMigrated) as moved:
        run(api, lambda bot: bot.send_message(GROUP, "x"))
    assert moved.value.new_chat_id == new
    api.block(LAN)
    with pytest.raises(Forbidden, match="blocked by the user"):
        run(api, lambda bot: bot.send_message(LAN, "x"))
    api.unblock(LAN)
    assert (send(api), send(api, chat=new)) == (200, 200)


def test_a_press_is_answered_once_in_time_and_changes_its_message(api: BotApi) -> None:
    now = [0.0]
    api.state.clock = lambda: now[0]
    rows = InlineKeyboardMarkup([[InlineKeyboardButton("Lệ phí", callback_data="fee")]])

    async def press(bot: Bot) -> None:
        await bot.send_message(LAN, "chọn", reply_markup=rows)
        api.press(LAN, "Lệ")
        (found,) = await bot.get_updates()
        query = found.callback_query
        assert query is not None
        await query.edit_message_text("<b>Lệ phí</b>: 0", parse_mode="HTML")
        with pytest.raises(BadRequest, match="not modified"):
            await query.edit_message_text("<b>Lệ phí</b>: 0", parse_mode="HTML")
        await query.answer("xong")
        with pytest.raises(BadRequest, match="Query is too old"):
            await query.answer()

    run(api, press)
    (shown,) = api.chat(LAN)
    assert (shown.text, shown.edits, shown.rows) == ("Lệ phí: 0", 1, [])
    assert api.unanswered_presses() == []
    api.press_data(LAN, "fee")
    (late,) = api.unanswered_presses()
    now[0] += api.state.press_seconds + 1
    assert refused(api, "answerCallbackQuery", callback_query_id=late).startswith(
        "query is too old"
    )


def test_a_message_that_is_gone_cannot_be_changed(api: BotApi) -> None:
    number = call(api, "sendMessage", chat_id=LAN, text="x").json()["result"]["message_id"]
    api.say(LAN, "y")
    mine = api.chat(LAN).messages[-1].id
    where = {"chat_id": LAN, "message_id": number}
    assert call(api, "deleteMessage", **where).json()["result"] is True
    assert refused(api, "editMessageText", text="z", **where) == "message to edit not found"
    assert refused(api, "deleteMessage", **where) == "message to delete not found"
    where["message_id"] = mine
    assert refused(api, "editMessageText", text="z", **where) == "message can't be edited"
