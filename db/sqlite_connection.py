"""A connection of aiosqlite whose statements cross to its thread once, not four times."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Self

import aiosqlite

Rows = list[Any]


class Cursor:
    """A cursor that opens, runs, reads all rows and closes in one go on the database's thread.

    SQLAlchemy awaits each of these by itself, and each await of aiosqlite wakes two threads:
    under load that cost more than the statements. Every result is read whole anyway.
    """

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.rows: Rows = []

    async def __aenter__(self) -> Self:
        """Begin with nothing to wait for."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """End with nothing to wait for."""

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Cursor:
        """Run a statement and keep all it gives."""
        return await self.connection.at_once(self, "execute", sql, parameters)

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> Cursor:
        """Run a statement for several sets of values."""
        return await self.connection.at_once(self, "executemany", sql, parameters)

    async def fetchall(self) -> Rows:
        """Give the rows that were read."""
        return self.rows

    async def close(self) -> None:
        """Nothing is open any more."""


class Connection(aiosqlite.Connection):
    """The connection that gives such cursors."""

    def cursor(self) -> Any:
        """Give a cursor; nothing is opened before its statement runs."""
        return Cursor(self)

    async def at_once(
        self, cursor: Cursor, how: str, sql: str, parameters: Iterable[Any]
    ) -> Cursor:
        """Run one statement of a cursor on our thread, from opening to closing."""
        return await self._execute(_run, self._conn, cursor, how, sql, parameters)  # type: ignore[no-any-return,no-untyped-call]


def connect(database: str, **options: Any) -> Connection:
    """Prepare a connection as `aiosqlite.connect` does; awaiting it opens it."""
    connection = Connection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does for its own
    return connection


def _run(
    raw: sqlite3.Connection, cursor: Cursor, how: str, sql: str, parameters: Iterable[Any]
) -> Cursor:
    opened = raw.cursor()
    try:
        getattr(opened, how)(sql, parameters)
        cursor.description = opened.description
        cursor.rows = opened.fetchall() if opened.description else []
        cursor.rowcount, cursor.lastrowid = opened.rowcount, opened.lastrowid
    finally:
        opened.close()
    return cursor
