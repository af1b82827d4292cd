"""Files on Telegram: fetches what people attach, sends pictures and documents."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from telegram import Bot, InputFile
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.channels.telegram_read import Said
from bot.channels.telegram_write import as_html, keyboard
from bot.parts import parts
from handlers.message import MOST_FILE_BYTES, File, Request

CAPTION = 1024
"""Characters below a file (Bot API, sendDocument)."""


async def fetch(bot: Bot, said: Said) -> Request:
    """Give the request with the bytes of its files; one too large or gone comes without bytes."""
    if not said.attached:
        return said.request
    files = []
    for found in said.attached:
        data = b""
        if found.size <= MOST_FILE_BYTES:
            try:
                data = bytes(await (await bot.get_file(found.id)).download_as_bytearray())
            except TelegramError:
                data = b""
        files.append(File(found.name, found.type, data[:MOST_FILE_BYTES]))
    return replace(said.request, files=tuple(files))


async def send_files(bot: Bot, chat: int, body: Mapping[str, Any]) -> str:
    """Send the files of a message, its words below the last; gives the number of that."""
    number = ""
    *others, last = body["files"]
    for file in others:
        number = await _send(bot, chat, file, "", None)
    caption, *more = parts(body["text"], CAPTION) or [""]
    number = await _send(bot, chat, last, caption, keyboard(body))
    for text in more:
        sent = await bot.send_message(chat, as_html(text), parse_mode=ParseMode.HTML)
        number = str(sent.message_id)
    return number


async def _send(bot: Bot, chat: int, file: Mapping[str, str], caption: str, buttons: Any) -> str:
    data = InputFile(base64.b64decode(file["data"]), filename=file["name"])
    words: dict[str, Any] = {
        "caption": as_html(caption) or None,
        "parse_mode": ParseMode.HTML,
        "reply_markup": buttons,
    }
    if file["type"] in ("image/jpeg", "image/png"):
        return str((await bot.send_photo(chat, data, **words)).message_id)
    return str((await bot.send_document(chat, data, **words)).message_id)
