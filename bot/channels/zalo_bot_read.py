"""Reads what the Zalo Bot Platform sends: a raw update to a request, and to JSON and back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from bot.parts import clean
from handlers.answers.render import PERSON
from handlers.message import Address, File, Request

CHANNEL = "zalo-bot"
UNSUPPORTED = "message.unsupported.received"
"""Sent in the place of what Zalo does not pass on: locations, files, all from protected people."""
LONGEST_USER = 100
LONGEST_ID = 64
"""Longer ones are no ids of Zalo's, and the queue could not name them."""
_WORDLESS = ("sticker", "url", "voice_url")


def read(raw: Any, name: str = "") -> Request | None:
    """Say what an update means; None where it is not for us, or makes no sense.

    `raw` is an update, or the envelope a webhook brings it in; `name` is how groups call the bot.
    """
    update = _in(raw, "result") or raw
    message = _in(update, "message")
    chat = _in(message, "chat")
    user, number = _id(chat.get("id")), _id(message.get("message_id"))
    if not user or len(user) > LONGEST_USER or not number or _in(message, "from").get("is_bot"):
        return None
    shared = chat.get("chat_type", "PRIVATE") != "PRIVATE"
    request = Request(Address(CHANNEL, user), _short(number), shared=shared)
    return _filled(request, update, message, f"@{name}" if shared and name else "")


def _filled(
    request: Request, update: Mapping[str, Any], message: Mapping[str, Any], name: str
) -> Request | None:
    """Add what was said; the fields tell what it is, not every update says its kind."""
    photo = message.get("photo") or message.get("photo_url")
    text = _words(message.get("caption") if photo else message.get("text"), name)
    if photo or text:
        return _with(request, text=text, photo=bool(photo))
    if any(message.get(field) for field in _WORDLESS):
        return request
    # Zalo kept the words back, and will the next time: only another way helps this person.
    return _with(request, action=f"show:{PERSON}") if _kind(update) == UNSUPPORTED else None


def _with(request: Request, *, text: str = "", action: str = "", photo: bool = False) -> Request:
    # A picture comes without its bytes: the handlers then say what they can read.
    files = (File("photo.jpg", "image/jpeg", b""),) if photo else ()
    return Request(request.sender, request.id, text, action, files, shared=request.shared)


def as_json(request: Request) -> dict[str, Any]:
    """Give what has to be kept of a request until it is handled."""
    return {
        "user": request.sender.user,
        "id": request.id,
        "text": request.text,
        "action": request.action,
        "photo": bool(request.files),
        "shared": request.shared,
    }


def from_json(kept: Mapping[str, Any]) -> Request:
    """Give the request that was kept."""
    bare = Request(Address(CHANNEL, kept["user"]), kept["id"], shared=kept["shared"])
    return _with(bare, text=kept["text"], action=kept["action"], photo=kept["photo"])


def _kind(update: Mapping[str, Any]) -> str:
    return str(update.get("event_name", ""))


def _in(found: Any, name: str) -> Mapping[str, Any]:
    """Give an object within an object; an empty one where there is none."""
    within = found.get(name) if isinstance(found, dict) else None
    return within if isinstance(within, dict) else {}


def _id(found: Any) -> str:
    """Give an id as text, if it can be one; they are strings, but a number does no harm."""
    plain = isinstance(found, str | int) and not isinstance(found, bool)
    number = str(found).strip() if plain else ""
    return number if number.isprintable() else ""


def _short(number: str) -> str:
    """Give a message's id in a length that can be stored; the same one gives the same."""
    if len(number) <= LONGEST_ID:
        return number
    return hashlib.sha256(number.encode()).hexdigest()


def _words(found: Any, name: str) -> str:
    text = clean(found) if isinstance(found, str) else ""
    if name:
        text = re.sub(rf"{re.escape(name)}\b", "", text, flags=re.IGNORECASE)
    return text.strip()
