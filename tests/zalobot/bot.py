"""The bot on Zalo as the tests talk with it: in a thread, or as a process that can be killed."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.channels.zalo_bot import ZaloBot
from bot.library import Library, open_library
from bot.logs import set_up
from bot.pace import Pace
from bot.turn import Service, Taken
from content.whole import HERE
from db.engine import open_engine
from handlers.message import Request
from tests import bots
from tests.zalobot.running import ZaloApi

ROOT = Path(__file__).parents[2]
WORD = "geheim-zalo-1"


class StuckBefore(Service):
    """A service that is about to handle a message, for ever."""

    async def take(self, request: Request) -> Taken:
        """Wait to be killed."""
        del request
        await asyncio.Event().wait()
        raise AssertionError


class StuckAfter(Service):
    """A service that has handled a message and does not come back, for ever."""

    async def take(self, request: Request) -> Taken:
        """Handle it, then wait to be killed."""
        await super().take(request)
        await asyncio.Event().wait()
        raise AssertionError


KINDS = {"whole": Service, "before": StuckBefore, "after": StuckAfter}


class Bot(bots.Bot):
    """The bot on a database, calling a Zalo."""

    def __init__(
        self,
        library: Library,
        database: str,
        url: str,
        token: str,
        kind: type[Service] = Service,
        **how: Any,
    ) -> None:
        clock = how.pop("clock", None) or (lambda: dt.datetime.now(dt.UTC))
        patience = how.pop("patience", None)
        service = kind(open_engine(database), library.content, library.index, clock)
        self.zalo = ZaloBot(service, token, url, pace=Pace(), **how)
        self.zalo.api.patience = patience or self.zalo.api.patience
        super().__init__(service, self.zalo, bots.port_of(self.zalo.webhook))


@contextlib.contextmanager
def bot_on_zalo(library: Library, folder: Path, api: ZaloApi, **how: Any) -> Iterator[Bot]:
    """Give a bot that runs."""
    token = how.pop("token", api.token)
    with Bot(library, database(folder), api.url, token, **how).started() as bot:
        yield bot


def database(folder: Path) -> str:
    """Give the address of the database in a folder."""
    return f"sqlite+aiosqlite:///{folder / 'zalo.db'}"


def main() -> None:
    """Run as a process of its own, which a test may kill."""
    parser = argparse.ArgumentParser(prog="tests.zalobot.bot")
    for name in ("folder", "url", "token", "kind"):
        parser.add_argument(name)
    told = parser.parse_args()
    set_up("debug")
    library = open_library(HERE, ROOT / "data")
    bot = Bot(library, database(Path(told.folder)), told.url, told.token, KINDS[told.kind])
    asyncio.run(bot.run())


if __name__ == "__main__":
    main()
