"""The bot on Telegram as the tests talk with it: the real channel against the strict Bot API."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.channels.telegram import Telegram
from bot.library import Library
from bot.pace import Pace
from bot.turn import Service
from db.engine import open_engine
from tests import bots
from tests.botapi.running import BotApi


class Bot(bots.Bot):
    """The bot, calling a Bot API."""

    def __init__(self, library: Library, database: str, api: BotApi, **how: Any) -> None:
        clock = how.pop("clock", None) or (lambda: dt.datetime.now(dt.UTC))
        service = Service(open_engine(database), library.content, library.index, clock)
        self.telegram = Telegram(service, api.token, api.url, **how)
        super().__init__(service, self.telegram, bots.port_of(self.telegram.webhook))


@contextlib.contextmanager
def bot_on_telegram(library: Library, folder: Path, api: BotApi, **how: Any) -> Iterator[Bot]:
    """Give a bot that runs."""
    how.setdefault("pace", Pace())
    database = how.pop("database", f"sqlite+aiosqlite:///{folder / 'phone.db'}")
    with Bot(library, database, api, **how).started() as bot:
        yield bot
