"""The one update that was handed out and is not handled yet: Zalo would not give it again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from bot.channels.zalo_bot_read import as_json, from_json
from bot.turn import UnavailableError
from db import facts
from db.engine import DatabaseError, Engine, reading_errors, scrub
from handlers.message import Request

FACT = "zalo-bot.pending"
"""The fact it is kept in; empty where there is none."""


class Pending:
    """A place for one update in the database; everything here may raise UnavailableError."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def put(self, request: Request) -> None:
        """Write an update down."""
        await self._write(json.dumps(as_json(request)))

    async def get(self) -> Request | None:
        """Give the update that was written down; None where there is none."""
        with _unavailable():
            async with self.engine.connect() as conn:
                kept = await facts.get(conn, FACT)
        return from_json(json.loads(kept)) if kept else None

    async def clear(self, *, erased: bool) -> None:
        """Forget it; of somebody who was erased it must not stay in the log of the database."""
        await self._write("")
        if erased:
            with _unavailable():
                await scrub(self.engine)

    async def _write(self, value: str) -> None:
        with _unavailable():
            async with self.engine.begin() as conn:
                await facts.put(conn, FACT, value)


@contextlib.contextmanager
def _unavailable() -> Iterator[None]:
    """Turn a database that is away into UnavailableError."""
    try:
        with reading_errors():
            yield
    except DatabaseError as error:
        raise UnavailableError(str(error)) from error
