"""The methods that write into chats: each checks what it is sent, changes the state, answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.botapi import checks, keyboards
from tests.botapi.chats import Chat, Shown, chat_json, message_json
from tests.botapi.errors import RefusedError, bad
from tests.botapi.files import sent_file
from tests.botapi.known import ACTIONS
from tests.botapi.state import State

Given = Mapping[str, Any]
Method = Callable[[State, Given], Any]
MOST_NOTICE = 200
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def _send_message(state: State, given: Given) -> Any:
    chat = state.may_write(given.get("chat_id"))
    seen = checks.text(given)
    shown = Shown(0, True, seen.text, given["text"], entities=seen.entities)
    return _send(state, chat, shown, given)


def _send(state: State, chat: Chat, shown: Shown, given: Given) -> Any:
    """Put a checked message into a chat, with what all messages may have."""
    shown.buttons = keyboards.buttons(given, private=chat.kind == "private")
    shown.reply_to = _reply_to(chat, given)
    state.count(chat.id)
    shown.id = next(state.numbers)
    chat.messages.append(shown)
    return message_json(chat, shown)


def _reply_to(chat: Chat, given: Given) -> int | None:
    told = given.get("reply_parameters")
    if not told:
        return None
    number = told.get("message_id") if isinstance(told, dict) else None
    if not isinstance(number, int):
        raise bad("can't parse reply parameters")
    if chat.message(number):
        return number
    if told.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def _send_file(kind: str) -> Method:
    def send(state: State, given: Given) -> Any:
        chat = state.may_write(given.get("chat_id"))
        seen = checks.caption(given)
        content, file = sent_file(state, kind, given.get(kind))
        html = str(given.get("caption") or "")
        shown = Shown(0, True, seen.text, html, file=file, entities=seen.entities, content=content)
        return _send(state, chat, shown, given)

    return send


def _send_location(state: State, given: Given) -> Any:
    chat = state.may_write(given.get("chat_id"))
    place = {name: given.get(name) for name in ("latitude", "longitude")}
    for name, most in (("latitude", 90), ("longitude", 180)):
        degrees = place[name]
        if degrees is None or not -most <= degrees <= most:
            raise bad(f"wrong {name} specified")
    return _send(state, chat, Shown(0, True, "", content={"location": place}), given)


def _edit_text(state: State, given: Given) -> Any:
    chat, shown = _to_edit(state, given)
    if shown.content:
        raise bad("there is no text in the message to edit")
    seen, rows = checks.text(given), keyboards.inline(given)
    if (seen.text, seen.entities, rows) == (shown.text, shown.entities, shown.buttons):
        raise bad(UNCHANGED)
    state.count(chat.id)
    shown.text, shown.entities, shown.html = seen.text, seen.entities, given["text"]
    return _edited(chat, shown, rows)


def _edit_markup(state: State, given: Given) -> Any:
    chat, shown = _to_edit(state, given)
    rows = keyboards.inline(given)
    if rows == shown.buttons:
        raise bad(UNCHANGED)
    state.count(chat.id)
    return _edited(chat, shown, rows)


def _to_edit(state: State, given: Given) -> tuple[Chat, Shown]:
    chat = state.may_write(given.get("chat_id"))
    return chat, chat.find(given.get("message_id"))


def _edited(chat: Chat, shown: Shown, rows: list[list[dict[str, Any]]]) -> Any:
    shown.buttons = rows
    shown.edits += 1
    return message_json(chat, shown)


def _delete(state: State, given: Given) -> Any:
    chat = state.may_write(given.get("chat_id"))
    chat.messages.remove(chat.find(given.get("message_id"), "delete"))
    return True


def _action(state: State, given: Given) -> Any:
    state.may_write(given.get("chat_id"))
    if given.get("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    return True


def _answer_press(state: State, given: Given) -> Any:
    press = str(given.get("callback_query_id") or "")
    notice = str(given.get("text") or "")
    if len(notice) > MOST_NOTICE:
        raise bad("MESSAGE_TOO_LONG")
    state.answer_in_time(press)
    state.presses[press] = notice
    return True


def _answer_search(state: State, given: Given) -> Any:
    search = str(given.get("inline_query_id") or "")
    found = checks.results(given)
    state.answer_in_time(search)
    state.searches[search] = found
    return True


def _get_chat(state: State, given: Given) -> Any:
    chat = state.known(given.get("chat_id"))
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        True,
    )
    more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return {**chat_json(chat), **more}


def _leave(state: State, given: Given) -> Any:
    chat = state.known(given.get("chat_id"))
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    if chat.left:
        raise RefusedError(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
    chat.left = True
    return True


METHODS: Mapping[str, Method] = {
    "sendMessage": _send_message,
    "sendPhoto": _send_file("photo"),
    "sendDocument": _send_file("document"),
    "sendLocation": _send_location,
    "sendChatAction": _action,
    "editMessageText": _edit_text,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "answerCallbackQuery": _answer_press,
    "answerInlineQuery": _answer_search,
    "getChat": _get_chat,
    "leaveChat": _leave,
}
