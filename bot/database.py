"""Does one thing in the database for a command of the command line."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.settings import Settings, make_folder
from db.engine import Connection, check_schema, open_engine

Result = TypeVar("Result")


def with_database(
    settings: Settings, act: Callable[[Connection, dt.datetime], Awaitable[Result]]
) -> Result:
    """Do it in one transaction, given the time; raises DatabaseError where that cannot be."""

    async def run() -> Result:
        engine = open_engine(settings.database)
        try:
            await check_schema(engine)
            async with engine.begin() as conn:
                return await act(conn, dt.datetime.now(dt.UTC))
        finally:
            await engine.dispose()

    make_folder(settings.data_dir)
    return asyncio.run(run())
