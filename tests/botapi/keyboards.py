"""Checks keyboards: below a message, in place of the phone's own, or taken away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.botapi.errors import bad

MOST_BUTTONS, MOST_IN_ROW, MOST_DATA = 100, 8, 64
_URL = re.compile(r"(?:https?://[^\s/.?#:]+(?:[.:][^\s]+|/\S*)|tg://\S+)")
_ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
_BESIDE = frozenset({"text", "style", "icon_custom_emoji_id"})
_KINDS = frozenset({"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"})
_REPLY_KEYS = frozenset(
    {
        "text",
        "style",
        "icon_custom_emoji_id",
        "request_users",
        "request_chat",
        "request_contact",
        "request_location",
        "request_poll",
        "web_app",
    }
)


def buttons(given: Mapping[str, Any], *, private: bool) -> list[list[dict[str, Any]]]:
    """Check what stands below a new message; gives an inline keyboard's rows."""
    markup = given.get("reply_markup")
    if not markup:
        return []
    kinds = _KINDS & set(markup) if isinstance(markup, dict) else set()
    if len(kinds) != 1:
        raise bad("object expected as reply markup")
    if "keyboard" in kinds:
        _reply_keyboard(markup["keyboard"], private)
    return inline(given) if "inline_keyboard" in kinds else []


def inline(given: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """Check an inline keyboard, the only one that can be changed; gives its rows."""
    markup = given.get("reply_markup")
    if not markup:
        return []
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    rows = _rows(markup["inline_keyboard"], "inline keyboard")
    for button in (button for row in rows for button in row):
        _button(button)
    return [row for row in rows if row]


def _rows(rows: Any, what: str) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(f'field "{what}" of the reply markup must be an Array of Arrays')
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_ROW for row in rows):
        raise bad("reply markup is too long")
    return rows


def _button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if unknown := set(button) - _ACTIONS - _BESIDE:
        raise bad(f"unknown field {min(unknown)} of an inline keyboard button")
    actions = _ACTIONS & set(button)
    if not actions:
        raise bad("text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: exactly one action is expected")
    data, url = button.get("callback_data"), button.get("url")
    if data is not None and not 1 <= len(str(data).encode()) <= MOST_DATA:
        raise bad("BUTTON_DATA_INVALID")
    if url is not None and not _URL.fullmatch(str(url)):
        raise bad("BUTTON_URL_INVALID")


def _reply_keyboard(keyboard: Any, private: bool) -> None:
    for button in (button for row in _rows(keyboard, "keyboard") for button in row):
        given = {"text": button} if isinstance(button, str) else button
        if not isinstance(given, dict) or not given.get("text"):
            raise bad("can't parse keyboard button: Can't find field \"text\"")
        if unknown := set(given) - _REPLY_KEYS:
            raise bad(f"unknown field {min(unknown)} of a keyboard button")
        if not private and {"request_location", "request_contact"} & set(given):
            raise bad("phone number and location can be requested in private chats only")
