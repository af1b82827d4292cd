"""Calls the server as bots do: through python-telegram-bot, and past any library."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest

from tests.botapi.running import BotApi

LAN = 7
_TLS = ssl.create_default_context()
"""Made once: it takes longer than a call, and nothing here uses it."""


def run(api: BotApi, do: Callable[[Bot], Awaitable[Any]], patience: float = 5.0) -> Any:
    """Do something as python-telegram-bot does."""

    async def within() -> Any:
        polls, others = (
            HTTPXRequest(read_timeout=patience, httpx_kwargs={"verify": _TLS}) for _ in range(2)
        )
        base, files = f"{api.url}/bot", f"{api.url}/file/bot"
        async with Bot(api.token, base, files, others, polls) as bot:
            return await do(bot)

    return asyncio.run(within())


def call(api: BotApi, method: str, **given: Any) -> httpx.Response:
    """Call a method with JSON, past any library."""
    return httpx.post(
        f"{api.url}/bot{api.token}/{method}", json=given, trust_env=False, verify=_TLS
    )


def refused(api: BotApi, method: str, **given: Any) -> str:
    """Call a method that is refused; gives the words without `Bad Request: `."""
    answer = call(api, method, **given)
    assert answer.status_code == answer.json()["error_code"] == 400, answer.text
    return str(answer.json()["description"]).removeprefix("Bad Request: ")


def send(api: BotApi, text: str = "x", chat: int = LAN) -> int:
    """Send a message; gives the status."""
    return call(api, "sendMessage", chat_id=chat, text=text).status_code


def numbers(api: BotApi, **given: Any) -> list[int]:
    """Poll once; gives the numbers of the updates."""
    return [one["update_id"] for one in call(api, "getUpdates", **given).json()["result"]]
