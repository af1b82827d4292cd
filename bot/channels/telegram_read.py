"""Reads Telegram's updates: from what the platform sends to what the program understands."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any, TypeVar

from telegram import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Document,
    Location,
    Message,
    PhotoSize,
    Update,
    User,
)
from telegram.constants import ChatMemberStatus, ChatType

from bot.parts import clean
from content.model import Lang
from handlers.message import ACTION_BYTES, Address, Place, Request

Value = TypeVar("Value")
LOG = logging.getLogger("motcua.telegram")
CHANNEL = "telegram"
WANTED = ("message", "callback_query", "inline_query", "my_chat_member")
"""The updates we ask for; a message edited later is not among them."""
_GONE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


@dataclass(frozen=True)
class Attached:
    """A file that came along: Telegram's number of it, its name, type and size in bytes."""

    id: str
    name: str
    type: str
    size: int


@dataclass(frozen=True)
class Said:
    """Somebody said or pressed something; `press` is the number that has to be answered."""

    request: Request
    press: str = ""
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True)
class Searched:
    """Somebody typed after the bot's name in another chat."""

    id: str
    text: str
    lang: Lang


@dataclass(frozen=True)
class Reachable:
    """Somebody blocked the bot, or took it back."""

    user: str
    blocked: bool


@dataclass(frozen=True)
class Moved:
    """A group became a supergroup, with another number."""

    old: str
    new: str


Event = Said | Searched | Reachable | Moved


def parse(raw: Any) -> Update | None:
    """Make the library's update of a raw one; None where it is none."""
    try:
        return Update.de_json(raw, None) if isinstance(raw, dict) else None
    # Whatever is wrong with a malformed update, it is not for us.
    except Exception:  # noqa: BLE001
        return None


def read(update: Update, me: User) -> Event | None:
    """Say what an update means; None where it is not for us, or makes no sense."""
    try:
        return _event(update, me)
    except (TypeError, ValueError) as error:
        LOG.warning("an update is malformed", extra={"update": update.update_id, "why": str(error)})
        return None
    # The door: an update nobody foresaw must not stop those behind it.
    except Exception:
        LOG.exception("an update makes no sense", extra={"update": update.update_id})
        return None


def _event(update: Update, me: User) -> Event | None:
    if update.callback_query:
        return _press(update, update.callback_query)
    if update.inline_query:
        found = update.inline_query
        words = clean(_only(str, found.query))
        return Searched(_only(str, found.id), words, _lang(found.from_user))
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    if update.message:
        return _message(update, update.message, me)
    return None


def _only(kind: type[Value], value: Any) -> Value:
    """Give a value of the type the Bot API tells; the library takes any. Raises TypeError."""
    if type(value) is not kind:
        raise TypeError(f"{type(value).__name__} where {kind.__name__} should be")
    return value


def _number(chat: Chat) -> int:
    return _only(int, _only(Chat, chat).id)


def _message(update: Update, message: Message, me: User) -> Event | None:
    if message.migrate_to_chat_id:
        old, new = _number(message.chat), _only(int, message.migrate_to_chat_id)
        return Moved(str(old), str(new))
    if message.from_user is None or message.from_user.is_bot:
        return None
    shared = _only(Chat, message.chat).type != ChatType.PRIVATE
    text = _only(str, message.text or message.caption or "")
    if shared:
        if not _is_for(message, text, me):
            return None
        text = re.sub(rf"@{re.escape(me.username or '')}\b", "", text, flags=re.IGNORECASE)
    place = message.location and _place(message.location)
    attached = _attached(message)
    if not (text.strip() or attached or place) and not _is_something(message):
        return None
    request = Request(
        Address(CHANNEL, str(_number(message.chat))),
        str(update.update_id),
        clean(text).strip(),
        place=place or None,
        lang=_lang(message.from_user),
        shared=shared,
        answers=str(answered.message_id) if (answered := message.reply_to_message) else "",
    )
    return Said(request, attached=attached)


def _is_for(message: Message, text: str, me: User) -> bool:
    """Tell whether a message in a group is meant for us: it names us, or answers us."""
    answered = message.reply_to_message and message.reply_to_message.from_user
    if answered and answered.id == me.id:
        return True
    return bool(me.username) and f"@{me.username}".lower() in text.lower()


def _is_something(message: Message) -> bool:
    """Tell whether the person sent anything at all: news of a group are nothing to answer."""
    shown = (message.sticker, message.voice, message.video, message.audio, message.contact)
    return any(shown) or bool(message.video_note or message.animation or message.venue)


def _attached(message: Message) -> tuple[Attached, ...]:
    if message.photo:
        return (_file(message.photo[-1], "photo.jpg", "image/jpeg"),)
    if found := message.document:
        name, kind = found.file_name or "file", found.mime_type or "application/octet-stream"
        return (_file(found, clean(_only(str, name)), _only(str, kind)),)
    return ()


def _file(found: PhotoSize | Document, name: str, kind: str) -> Attached:
    return Attached(_only(str, found.file_id), name, kind, _only(int, found.file_size or 0))


def _place(found: Location) -> Place:
    latitude, longitude = found.latitude, found.longitude
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError("there is no such place")
    return Place(latitude, longitude)


def _press(update: Update, query: CallbackQuery) -> Said | None:
    message = query.message
    data = _only(str, query.data or "")
    if message is None or not data or len(data.encode()) > ACTION_BYTES:
        return None
    request = Request(
        Address(CHANNEL, str(_number(message.chat))),
        str(update.update_id),
        clean(_label(message, data)),
        data,
        lang=_lang(query.from_user),
        shared=_only(Chat, message.chat).type != ChatType.PRIVATE,
        source=str(_only(int, message.message_id)) if isinstance(message, Message) else "",
    )
    return Said(request, press=_only(str, query.id))


def _label(message: Any, data: str) -> str:
    """Find what stood on the button; a message too old to be seen shows none."""
    markup = getattr(message, "reply_markup", None)
    for row in markup.inline_keyboard if markup else ():
        for button in row:
            if button.callback_data == data:
                return str(button.text)
    return ""


def _membership(change: ChatMemberUpdated) -> Reachable | None:
    blocked = _only(str, getattr(change.new_chat_member, "status", None)) in _GONE
    return Reachable(str(_number(change.chat)), blocked)


def _lang(user: User) -> Lang:
    """Give the language of the app's part we speak: Vietnamese, or English for all others."""
    code = _only(str, _only(User, user).language_code or "vi").partition("-")[0].lower()
    return "vi" if code == "vi" else "en"
