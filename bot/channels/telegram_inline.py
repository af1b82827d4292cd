"""Telegram's inline mode: `@bot khai sinh` in any chat gives cards to send there."""

from __future__ import annotations

import contextlib

from telegram import Bot, InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.channels.telegram_read import Searched
from bot.channels.telegram_write import LIMIT, as_html
from bot.parts import parts
from bot.turn import Service

KEPT = 300
"""Seconds for which Telegram may give the same cards to others: they hold nothing personal."""
ABOUT = 120
"""Characters of a card shown in the list."""


async def answer(bot: Bot, service: Service, asked: Searched) -> None:
    """Give the cards that answer; a search too old to be answered needs none."""
    cards = [
        InlineQueryResultArticle(
            ref[:64],
            title,
            InputTextMessageContent(
                as_html(parts(text, LIMIT)[0]),
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
            description=" ".join(text.split())[:ABOUT],
        )
        for ref, title, text in service.cards(asked.text, asked.lang)
    ]
    with contextlib.suppress(TelegramError):
        await bot.answer_inline_query(asked.id, cards, cache_time=KEPT, is_personal=False)
