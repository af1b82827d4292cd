"""Writes for Telegram: escaped HTML, keyboards, and what its errors mean for a delivery."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping
from typing import Any

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.channel import ClosedError, DeliveryError, GoneError, LaterError, MovedError

os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's switch for the type it will give
LIMIT = 4096
"""Characters of one message after its markup is read, in UTF-16 units (Bot API, sendMessage)."""
NOTICE = 200
"""Characters of the passing word that answers a press (Bot API, answerCallbackQuery)."""
LABEL = 64
"""Longer labels are cut by phones in the middle of the screen."""
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_CLOSED = ("user is deactivated", "chat not found", "peer_id_invalid", "have no rights to send")
UNCHANGED = "message is not modified"


def as_html(text: str) -> str:
    """Escape a text; the first line of several is its title, in bold."""
    title, line, rest = text.partition("\n")
    if not line:
        return html.escape(text, quote=False)
    return f"<b>{html.escape(title, quote=False)}</b>\n{html.escape(rest, quote=False)}"


def keyboard(body: Mapping[str, Any]) -> InlineKeyboardMarkup | None:
    """Make the keyboard of a message; None where it has none."""
    rows = [
        [
            InlineKeyboardButton(
                button["label"][:LABEL],
                callback_data=button.get("action") or None,
                url=button.get("url") or None,
            )
            for button in row
        ]
        for row in body.get("buttons", [])
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def meaning(error: TelegramError) -> DeliveryError:  # noqa: PLR0911 - a table, one line each
    """Say what an error of a sending call means for the message."""
    words = str(error)
    match error:
        case RetryAfter():
            wait = error.retry_after
            seconds = float(wait) if isinstance(wait, int) else wait.total_seconds()
            return LaterError("asked to wait", seconds, all_chats=True)
        case ChatMigrated():
            return MovedError(str(error.new_chat_id))
        case Forbidden():
            return ClosedError(_short(words))
        case BadRequest() if any(known in words.lower() for known in _CLOSED):
            return ClosedError(_short(words))
        case BadRequest():
            return GoneError(_short(words))
        case TimedOut() | NetworkError():
            return LaterError(_short(words), doubt=_may_have_arrived(error))
        case _:
            return LaterError(_short(words))


def _may_have_arrived(error: TelegramError) -> bool:
    """Tell whether Telegram may have acted: not where no connection was made, nor where it refused.

    An answer of the 5xx kind comes from in front of the Bot API or from it before it acts; only a
    connection that broke after the call was written leaves doubt.
    """
    cause = error.__cause__
    if isinstance(cause, _UNSENT):
        return False
    return isinstance(error, TimedOut) or isinstance(cause, httpx.HTTPError)


def _short(words: str) -> str:
    return words[:150]
