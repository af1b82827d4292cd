"""Reads Telegram's updates: from what the platform sends to what the program understands."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from content.model import Lang
from handlers.message import ACTION_BYTES, Address, Place, Request

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
    # The door: an update nobody foresaw must not stop those behind it.
    except Exception:
        LOG.exception("an update makes no sense", extra={"update": update.update_id})
        return None


def _event(update: Update, me: User) -> Event | None:
    if update.callback_query:
        return _press(update, update.callback_query)
    if update.inline_query:
        found = update.inline_query
        return Searched(found.id, found.query, _lang(found.from_user))
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    if update.message:
        return _message(update, update.message, me)
    return None


def _message(update: Update, message: Message, me: User) -> Event | None:
    if message.migrate_to_chat_id:
        return Moved(str(message.chat.id), str(message.migrate_to_chat_id))
    if message.from_user is None or message.from_user.is_bot:
        return None
    shared = message.chat.type != ChatType.PRIVATE
    text = message.text or message.caption or ""
    if shared:
        if not _is_for(message, text, me):
            return None
        text = re.sub(rf"@{re.escape(me.username or '')}\b", "", text, flags=re.IGNORECASE)
    place = message.location and Place(message.location.latitude, message.location.longitude)
    attached = _attached(message)
    if not (text.strip() or attached or place) and not _is_something(message):
        return None
    request = Request(
        Address(CHANNEL, str(message.chat.id)),
        str(update.update_id),
        text.replace("\0", "").strip(),
        place=place or None,
        lang=_lang(message.from_user),
        shared=shared,
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
        best = message.photo[-1]
        return (Attached(best.file_id, "photo.jpg", "image/jpeg", best.file_size or 0),)
    if found := message.document:
        kind = found.mime_type or "application/octet-stream"
        return (Attached(found.file_id, found.file_name or "file", kind, found.file_size or 0),)
    return ()


def _press(update: Update, query: CallbackQuery) -> Said | None:
    message = query.message
    data = query.data or ""
    if message is None or not data or len(data.encode()) > ACTION_BYTES:
        return None
    request = Request(
        Address(CHANNEL, str(message.chat.id)),
        str(update.update_id),
        _label(message, data),
        data,
        lang=_lang(query.from_user),
        shared=message.chat.type != ChatType.PRIVATE,
        source=str(message.message_id) if isinstance(message, Message) else "",
    )
    return Said(request, press=query.id)


def _label(message: Any, data: str) -> str:
    """Find what stood on the button; a message too old to be seen shows none."""
    markup = getattr(message, "reply_markup", None)
    for row in markup.inline_keyboard if markup else ():
        for button in row:
            if button.callback_data == data:
                return str(button.text)
    return ""


def _membership(change: ChatMemberUpdated) -> Reachable | None:
    blocked = change.new_chat_member.status in _GONE
    return Reachable(str(change.chat.id), blocked)


def _lang(user: User) -> Lang:
    """Give the language of the app's part we speak: Vietnamese, or English for all others."""
    code = (user.language_code or "vi").partition("-")[0].lower()
    return "vi" if code == "vi" else "en"
