"""The methods a bot calls, each with the parameters it takes and their limits."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from bot.parts import units
from tests.zalobot.state import MOST_PEOPLE, RefusedError, State

LONGEST = 2000
PARAMETERS: Mapping[str, frozenset[str]] = {
    "getMe": frozenset(),
    "getUpdates": frozenset({"timeout"}),
    "setWebhook": frozenset({"url", "secret_token"}),
    "deleteWebhook": frozenset(),
    "getWebhookInfo": frozenset(),
    "sendMessage": frozenset({"chat_id", "text", "parse_mode", "text_styles"}),
    "sendChatAction": frozenset({"chat_id", "action"}),
}


def check(method: str, given: Mapping[str, Any]) -> None:
    """Raise RefusedError for a method or a parameter there is not."""
    known = PARAMETERS.get(method)
    if known is None:
        raise RefusedError(400, f"there is no method {method}")
    if unknown := set(given) - known:
        raise RefusedError(400, f"{method} takes no {sorted(unknown)}")


def seconds(given: Mapping[str, Any]) -> float:
    """Read how long a poll lasts: a string in the table, a number in the example."""
    told = given.get("timeout", 30)
    if isinstance(told, bool) or not str(told).isdecimal():
        raise RefusedError(400, "timeout is no number of seconds")
    return float(told)


def _get_me(state: State, given: Mapping[str, Any]) -> Any:
    del state, given
    return {
        "id": "bot-1",
        "account_name": "bot.motcua",
        "account_type": "BASIC",
        "can_join_groups": True,
    }


def _set_webhook(state: State, given: Mapping[str, Any]) -> Any:
    url, secret = given.get("url"), given.get("secret_token")
    if not isinstance(url, str) or not url.startswith(("https://", "http://127.0.0.1:")):
        raise RefusedError(400, "url must be a public HTTPS address")
    if not isinstance(secret, str) or not 8 <= len(secret) <= 256:
        raise RefusedError(400, "secret_token must have 8 to 256 characters")
    state.webhook = {"url": url, "secret": secret}
    check_ = {"ok": False, "outcome": "webhook.err.conn", "hint": "not reachable"}
    return {"url": url, "updated_at": _now(), "verification": check_}


def _delete_webhook(state: State, given: Mapping[str, Any]) -> Any:
    del given
    state.webhook = {}
    return {"url": "", "updated_at": _now()}


def _webhook_info(state: State, given: Mapping[str, Any]) -> Any:
    del given
    return {"url": state.webhook.get("url", ""), "updated_at": _now()}


def _send_message(state: State, given: Mapping[str, Any]) -> Any:
    chat, text = _chat(state, given), given.get("text")
    if not isinstance(text, str) or not text.strip() or units(text) > LONGEST:
        raise RefusedError(400, f"text must have 1 to {LONGEST} characters")
    if text != unicodedata.normalize("NFC", text):
        raise RefusedError(400, "text is not composed (this server's own rule)")
    if given.get("parse_mode", "html") not in ("markdown", "html"):
        raise RefusedError(400, "parse_mode is neither markdown nor html")
    if len(state.sent) >= state.quota or len({*(who for who, _ in state.sent), chat}) > MOST_PEOPLE:
        raise RefusedError(429, "Quota exceeded")
    state.sent.append((chat, text))
    return {"message_id": f"b-{next(state.numbers)}", "date": _now()}


def _send_chat_action(state: State, given: Mapping[str, Any]) -> Any:
    _chat(state, given)
    if given.get("action") != "typing":
        raise RefusedError(400, "there is no such action")


def _chat(state: State, given: Mapping[str, Any]) -> str:
    chat = given.get("chat_id")
    if not isinstance(chat, str):
        raise RefusedError(400, "chat_id must be a string")
    if chat not in state.people:
        raise RefusedError(404, "Not found")
    if chat in state.closed:
        raise RefusedError(403, "Internal server error")
    return chat


def _now() -> int:
    return int(time.time() * 1000)


METHODS: Mapping[str, Callable[[State, Mapping[str, Any]], Any]] = {
    "getMe": _get_me,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "sendMessage": _send_message,
    "sendChatAction": _send_chat_action,
}
"""All but getUpdates, which waits."""
