"""Chats and their messages: as people see them, and as the Bot API gives them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.errors import RefusedError, bad

ME = {
    "id": 99,
    "is_bot": True,
    "first_name": "Một Cửa",
    "username": "motcua_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
}
_MYSELF = {name: ME[name] for name in ("id", "is_bot", "first_name", "username")}


@dataclass
class Shown:
    """A message in a chat as people see it; `html` is the text as the bot sent it."""

    id: int
    by_bot: bool
    text: str
    html: str = ""
    buttons: list[list[dict[str, Any]]] = field(default_factory=list)
    edits: int = 0
    file: tuple[str, bytes] | None = None
    reply_to: int | None = None
    entities: list[dict[str, Any]] = field(default_factory=list)
    content: dict[str, Any] = field(default_factory=dict)
    sender: dict[str, Any] = field(default_factory=lambda: _MYSELF)
    date: int = field(default_factory=lambda: int(time.time()))

    @property
    def rows(self) -> list[list[tuple[str, str]]]:
        """The buttons as rows of label and data or address."""
        return [
            [(one["text"], one.get("callback_data") or one.get("url") or "") for one in row]
            for row in self.buttons
        ]


@dataclass
class Chat:
    """One chat: who may be written to, and what was said; goes through its messages in order."""

    id: int
    kind: str = "private"
    open: bool = False
    blocked: bool = False
    left: bool = False
    moved_to: int | None = None
    lang: str | None = "vi"
    name: str = ""
    messages: list[Shown] = field(default_factory=list)

    def __iter__(self) -> Iterator[Shown]:
        return iter(self.messages)

    @property
    def bots(self) -> list[Shown]:
        """What the bot said."""
        return [message for message in self.messages if message.by_bot]

    def message(self, number: int) -> Shown | None:
        """Give a message by its number."""
        return next((one for one in reversed(self.messages) if one.id == number), None)

    def find(self, number: Any, to: str = "edit") -> Shown:
        """Give a message of the bot; raises as Telegram does where it cannot be changed."""
        if number in (None, ""):
            raise bad("message identifier is not specified")
        found = self.message(int(number))
        if found is None:
            raise bad(f"message to {to} not found")
        if not found.by_bot:
            raise bad(f"message can't be {to.removesuffix('e')}ed")
        return found


def to_write_to(chat: Chat) -> Chat:
    """Give the chat back; raises as Telegram does where the bot may not write."""
    if chat.moved_to:
        raise RefusedError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=chat.moved_to,
        )
    if chat.blocked:
        raise RefusedError(403, "Forbidden: bot was blocked by the user")
    if chat.left:
        raise RefusedError(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
    if not chat.open:
        raise RefusedError(403, "Forbidden: bot can't initiate conversation with a user")
    return chat


def chat_json(chat: Chat) -> dict[str, Any]:
    """Give a chat as the Bot API does."""
    private = chat.kind == "private"
    name = {"first_name": chat.name or "An"} if private else {"title": chat.name or "Tổ dân phố"}
    return {"id": chat.id, "type": chat.kind, **name}


def message_json(chat: Chat, shown: Shown) -> dict[str, Any]:
    """Give a message as the Bot API does."""
    told: dict[str, Any] = {
        "message_id": shown.id,
        "date": shown.date,
        "from": shown.sender,
        "chat": chat_json(chat),
        **_words(shown),
        **shown.content,
    }
    if shown.edits:
        told["edit_date"] = int(time.time())
    if shown.buttons and shown.by_bot:
        told["reply_markup"] = {"inline_keyboard": shown.buttons}
    answered = shown.reply_to and chat.message(shown.reply_to)
    if answered:
        shallow = Shown(**{**vars(answered), "reply_to": None})
        told["reply_to_message"] = message_json(chat, shallow)
    return told


def _words(shown: Shown) -> dict[str, Any]:
    if not shown.text:
        return {}
    words, marks = ("caption", "caption_entities") if shown.content else ("text", "entities")
    return {words: shown.text, **({marks: shown.entities} if shown.entities else {})}
