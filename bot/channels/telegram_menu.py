"""Telegram's command menu: for everybody in both languages, and for one chat by its roles."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Bot, BotCommand, BotCommandScopeChat

from content.catalogue import translator
from handlers import menu

_ABOUT = 256
"""Characters of a command's description (Bot API, BotCommand)."""


async def set_menus(
    bot: Bot, commands: Sequence[Sequence[str]] = (), chat: int | None = None
) -> None:
    """Set what people see behind the menu button; without a chat, for everybody."""
    if chat is not None:
        await bot.set_my_commands(_commands(commands), scope=BotCommandScopeChat(chat))
        return
    await bot.set_my_commands(_commands(menu(translator("vi"), frozenset())))
    for lang in ("vi", "en"):
        await bot.set_my_commands(
            _commands(menu(translator(lang), frozenset())), language_code=lang
        )


def _commands(found: Sequence[Sequence[str]]) -> list[BotCommand]:
    return [BotCommand(name.lstrip("/"), about[:_ABOUT]) for name, about in found]
