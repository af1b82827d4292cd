"""Checks what a bot sends, parameter by parameter, with Telegram's own refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.botapi.errors import RefusedError, bad
from tests.botapi.known import FRACTIONS, KNOWN, NUMBERS, SCOPES, STRUCTURED, SWITCHES
from tests.botapi.markup import CAPTION, LIMIT, Marked, marked, units

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TRUE, _FALSE = (
    frozenset({"true", "True", "1", True}),
    frozenset({"false", "False", "0", "", False}),
)
MOST_COMMANDS, MOST_RESULTS = 100, 50
PROFILE = {"name": 64, "description": 512, "short_description": 120}


def parameters(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Read what came as text inside a form; refuse what the method does not know."""
    known = KNOWN.get(method)
    if known is None:
        raise RefusedError(404, "Not Found: method not found")
    for name in given:
        if name not in known:
            raise bad(f"unknown parameter {name}")
    return {name: _value(name, value) for name, value in given.items()}


def _value(name: str, value: Any) -> Any:
    if name in STRUCTURED and isinstance(value, str):
        return _json(name, value) if value else None
    if name in SWITCHES:
        return _switch(name, value)
    if name in NUMBERS or name in FRACTIONS:
        return _number(name, value)
    return value


def _json(name: str, value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise bad(f"can't parse {name} JSON object") from error


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, (str, int)) or value not in _TRUE | _FALSE:
        raise bad(f'parameter "{name}" must be of type Boolean')
    return value in _TRUE


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool):
        raise bad(f'parameter "{name}" must be of type Number')
    try:
        return float(value) if name in FRACTIONS else int(value)
    except (ValueError, TypeError):
        raise bad(f'parameter "{name}" must be of type Number') from None


def text(given: Mapping[str, Any]) -> Marked:
    """Check the words of a message; gives them as people see them."""
    words = given.get("text")
    if not isinstance(words, str) or not words.strip():
        raise bad("message text is empty")
    seen = _seen(words, given.get("parse_mode"), given.get("entities"))
    if not seen.text:
        raise bad("message text is empty")
    if units(seen.text) > LIMIT:
        raise bad("message is too long")
    return seen


def caption(given: Mapping[str, Any]) -> Marked:
    """Check the words below a file."""
    words = str(given.get("caption") or "")
    seen = _seen(words, given.get("parse_mode"), given.get("caption_entities"))
    if units(seen.text) > CAPTION:
        raise bad("message caption is too long")
    return seen


def _seen(words: str, mode: Any, entities: Any) -> Marked:
    """Read the markup; like Telegram, leave out what is empty at the end."""
    found = marked(words, mode)
    shown = found.text.rstrip()
    end = units(shown)
    kept = [
        {**one, "length": min(one["length"], end - one["offset"])}
        for one in (entities if entities and not mode else found.entities)
        if one["offset"] < end
    ]
    return Marked(shown, kept)


def commands(given: Mapping[str, Any]) -> list[dict[str, str]]:
    """Check a command menu."""
    found = given.get("commands")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise bad("can't parse commands list")
    if len(found) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for one in found:
        if not _COMMAND.fullmatch(one.get("command", "")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(one.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return found


def language(given: Mapping[str, Any]) -> str:
    """Check the language something is set for; empty for all."""
    code = str(given.get("language_code") or "")
    if not _LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def scope(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check for whom a menu is set."""
    found = given.get("scope") or {"type": "default"}
    kind = found.get("type") if isinstance(found, dict) else None
    if kind not in SCOPES:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    if kind in ("chat", "chat_administrators", "chat_member") and not found.get("chat_id"):
        raise bad("can't parse BotCommandScope: Can't find field \"chat_id\"")
    if kind == "chat_member" and not found.get("user_id"):
        raise bad("can't parse BotCommandScope: Can't find field \"user_id\"")
    assert isinstance(found, dict), "it has a type"
    return found


def profile(name: str, given: Mapping[str, Any]) -> str:
    """Check what a bot says of itself."""
    words = str(given.get(name) or "")
    if len(words) > PROFILE[name]:
        raise bad(f"bot {name.replace('_', ' ')} is too long")
    return words


def webhook(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check a webhook; the loopback needs no TLS here."""
    if not str(given.get("url", "")).startswith(("https://", "http://127.0.0.1:")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = given.get("secret_token")
    if secret and not _SECRET.fullmatch(str(secret)):
        raise bad("secret token contains unallowed characters")
    if not 1 <= given.get("max_connections", 40) <= 100:
        raise bad("max_connections must be in the range 1-100")
    return dict(given)


def results(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Check the cards of an inline search."""
    found = given.get("results")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise bad("can't parse inline query results")
    if len(found) > MOST_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    for one in found:
        _result(one)
    if len({one["id"] for one in found}) != len(found):
        raise bad("RESULT_ID_DUPLICATE")
    return found


def _result(one: Mapping[str, Any]) -> None:
    if not 1 <= len(str(one.get("id", "")).encode()) <= 64:
        raise bad("RESULT_ID_INVALID")
    if not one.get("type"):
        raise bad("can't parse inline query result: Can't find field \"type\"")
    content = one.get("input_message_content")
    if one["type"] == "article" and not (one.get("title") and content):
        raise bad("can't parse inline query result: title and content are required")
    if content and "message_text" in content:
        text({**content, "text": content["message_text"]})
