"""One life of the program: it dies at a given step, and does nothing after it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from db import sqlite_connection
from db.engine import Engine, open_engine


class CrashError(BaseException):
    """The program dies here: nothing after this line runs."""


class Life:
    """Counts what the program does to the world outside: after `left` more steps it dies.

    A step is a statement, a BEGIN, a COMMIT, or one side of a call of the platform. Death closes
    the database's files, as the kernel does for a process that is gone: what was not committed
    is not there, what was committed is. Power loss is not tried here, so nothing waits for the
    disk; `tests/test_crash.py` kills the real program.
    """

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.left: int | None = None
        self.dead = False
        self.files: list[sqlite3.Connection] = []

    def step(self) -> None:
        """Go on, or die: raises CrashError from then on."""
        if self.left is not None:
            self.left -= 1
        if self.dead or self.left == 0:
            self.die()
            raise CrashError

    def die(self) -> None:
        """Leave the database as a killed process leaves it."""
        self.dead = True
        while self.files:
            self.files.pop().close()


class _Here:
    """Stands in for the thread of a connection: does what is asked at once, each time a step."""

    def __init__(self, life: Life) -> None:
        self.life = life

    def start(self) -> None:
        """There is nothing to start."""

    def put_nowait(self, asked: tuple[asyncio.Future[Any], Callable[[], Any]]) -> None:
        """Do what is asked, or die before it."""
        future, does = asked
        told: Any = None
        try:
            self.life.step()
            told = does()
        except (CrashError, sqlite3.Error) as error:
            told = error
        # In the loop's next round others get their turn, as they would while a thread works.
        if self.life.chance.random() < 0.5:
            asyncio.get_running_loop().call_soon(_tell, future, told)
        else:
            _tell(future, told)


def _tell(future: asyncio.Future[Any], told: object) -> None:
    if future.done():
        return
    if isinstance(told, BaseException):
        future.set_exception(told)
        future.exception()  # whoever asked may be gone
    else:
        future.set_result(told)


class _Held(sqlite_connection.Connection):
    """The program's connection, for as long as it lives."""

    def __init__(self, life: Life, name: str, options: dict[str, Any]) -> None:
        super().__init__(lambda: self._open(name, options), iter_chunk_size=64)
        self.life = life
        vars(self).update(_tx=_Here(life), _thread=_Here(life))

    def _open(self, name: str, options: dict[str, Any]) -> sqlite3.Connection:
        self.life.files.append(sqlite3.connect(name, **options))
        return self.life.files[-1]

    async def rollback(self) -> None:
        """Roll back; death does so by itself."""
        with contextlib.suppress(CrashError):
            await super().rollback()

    async def close(self) -> None:
        """Close; death has done so already."""
        if self.life.dead:
            self._connection = None
        await super().close()


def open_database(path: Path, life: Callable[[], Life]) -> Engine:
    """Open the database as the program does, without threads and without waiting for the disk.

    Connections belong to the life of the moment. The engine outlives it: with no connection in
    its pool, all it still knows is how statements are spelled.
    """
    engine = open_engine(f"sqlite+aiosqlite:///{path}")

    def ours(_dialect: object, _record: object, _args: object, named: dict[str, Any]) -> None:
        named["async_creator_fn"] = lambda name, **options: _Held(life(), name, options)

    def unsynced(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.close()

    sa.event.listen(engine.sync_engine, "do_connect", ours)
    sa.event.listen(engine.sync_engine, "connect", unsynced)
    return engine
