"""What the tests say to the bot on Zalo, and what they look at: messages, and the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from bot.channels.zalo_bot_pending import FACT
from tests.zalobot.running import PATIENCE, ZaloApi

LAN = "u-7f3e"
PASSPORT = "làm hộ chiếu ở đâu"


def said(api: ZaloApi, text: str, *, user: str = LAN) -> str:
    """Say something and give what the bot then says."""
    before = len(api.texts(user))
    api.say(user, text)
    api.wait_for(lambda: len(api.texts(user)) > before)
    return api.texts(user)[-1]


def numbers(text: str) -> dict[str, str]:
    """Read the numbered lines of a message: label to number."""
    lines = (line.partition(". ") for line in text.splitlines())
    return {label: number for number, _, label in lines if number.isdecimal()}


def asks_after(api: ZaloApi, updates: int) -> bool:
    """Tell whether the bot has handled so many updates: it asks for the next one."""
    return api.state.calls.count("getUpdates") > len(api.state.handed_out) == updates


def until(true: Callable[[], Any]) -> None:
    """Wait until something is true that nobody tells of."""
    end = monotonic() + PATIENCE
    while not true():
        assert monotonic() < end, "this did not come true"
        sleep(0.02)


def ask(folder: Path, question: str) -> list[Any]:
    """Ask the database, past the program."""
    with sqlite3.connect(folder / "zalo.db") as raw:
        return [row[0] for row in raw.execute(question)]


def states(folder: Path) -> list[str]:
    """Give how the messages ended, in order."""
    return ask(folder, "SELECT state FROM outbox ORDER BY id")


def pending(folder: Path) -> str:
    """Give what is written down and not handled."""
    try:
        found = ask(folder, f"SELECT value FROM settings WHERE name = '{FACT}'")  # noqa: S608
    except sqlite3.OperationalError:  # there is no such table yet
        return ""
    return found[0].encode().decode("unicode_escape") if found else ""


def heard(folder: Path) -> int:
    """Count what people said, as it is kept."""
    return int(ask(folder, "SELECT count(*) FROM messages WHERE mine")[0])


def blocked(folder: Path) -> bool:
    """Tell whether somebody counts as out of reach."""
    return bool(ask(folder, "SELECT count(*) FROM people WHERE blocked IS NOT NULL")[0])
