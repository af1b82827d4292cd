"""The bot on a Zalo Official Account as the tests talk with it: the real channel, real HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from bot.channels.zalo_oa import PATH, ZaloOA
from bot.library import Library
from bot.pace import Pace
from bot.turn import Service
from db.engine import Engine, open_engine
from tests import bots
from tests.serving import free_port
from tests.zalooa.running import Zalo
from tests.zalooa.state import APP_ID, APP_SECRET, FIRST, OA_SECRET


def channel(service: Service, zalo: Zalo, refresh: str = FIRST) -> ZaloOA:
    """Make the channel as the settings would."""
    return ZaloOA(
        service,
        app_id=APP_ID,
        app_secret=APP_SECRET,
        oa_secret=OA_SECRET,
        refresh_token=refresh,
        base_url=zalo.url,
        oauth_url=zalo.url,
        pace=Pace(),
    )


def service(library: Library, engine: Engine, zalo: Zalo) -> Service:
    """Make what the channel hands its messages to; it goes by the platform's clock."""
    return Service(engine, library.content, library.index, zalo.state.clock)


class Bot(bots.Bot):
    """The bot, called by a Zalo."""

    def __init__(self, library: Library, database: str, zalo: Zalo, refresh: str = FIRST) -> None:
        made = service(library, open_engine(database), zalo)
        port = free_port()
        zalo.webhook = f"http://127.0.0.1:{port}{PATH}"
        self.oa = channel(made, zalo, refresh)
        super().__init__(made, self.oa, port)


@contextlib.contextmanager
def bot_on_zalo(library: Library, folder: Path, zalo: Zalo, refresh: str = FIRST) -> Iterator[Bot]:
    """Give a bot that runs."""
    database = f"sqlite+aiosqlite:///{folder / 'zalo.db'}"
    with Bot(library, database, zalo, refresh).started() as bot:
        yield bot
