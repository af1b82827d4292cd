"""Opens the database, begins transactions safely, and knows which schema it finds."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from db import sqlite_connection

Engine = AsyncEngine
Connection = AsyncConnection
"""What the rest of the house calls a database and a transaction in it."""

CLOSED = (
    "the database cannot be opened or written: see that its folder exists and can be written, "
    "and that no other program holds it"
)
AWAY = "the database server cannot be reached, or does not let us in: see BOT_DATABASE_URL"
LOCKED = "the database is locked: another program holds it"
FULL = "the disk of the database is full"
READ_ONLY = "the database may only be read: see who owns its file and folder"
BROKEN = "the file of the database is damaged, or no database: restore a backup"
CAUSES: Mapping[int | str, str] = MappingProxyType(
    {
        sqlite3.SQLITE_BUSY: LOCKED,
        sqlite3.SQLITE_LOCKED: LOCKED,
        sqlite3.SQLITE_FULL: FULL,
        sqlite3.SQLITE_READONLY: READ_ONLY,
        sqlite3.SQLITE_CORRUPT: BROKEN,
        sqlite3.SQLITE_NOTADB: BROKEN,
        "25006": READ_ONLY,
        "53100": FULL,
        "55P03": LOCKED,
    }
)
"""What to say of the codes of SQLite and PostgreSQL; the rest is named by its kind only."""
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=10000",
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is overwritten, not only marked as free
)
ANSWER = 10
"""Seconds PostgreSQL may take for one statement of a bot that serves people."""
LONG = 600
"""Seconds it may take for the one statement that queues an announcement for a whole province."""
IDLE = 15
"""Seconds after which PostgreSQL ends a transaction whose bot is silent, and frees its locks."""
SERVING: Mapping[str, Any] = MappingProxyType(
    {
        "timeout": 5,
        "command_timeout": ANSWER,
        "server_settings": {"idle_in_transaction_session_timeout": str(IDLE * 1000)},
    }
)
"""For the driver: a server that is cut off must be noticed, here and there."""
MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseError(Exception):
    """The database cannot be used; the text says why, never its address: it may hold a secret."""


class SchemaError(DatabaseError):
    """The database has another schema than this program; the text names what to do."""


def open_engine(url: str, *, serving: bool = False) -> AsyncEngine:
    """Open a database; SQLite gets a write-ahead log and takes its write lock at BEGIN.

    `serving` is for the bot itself: it does not wait long for a server that does not answer.
    """
    try:
        engine = create_async_engine(url, **_pool(url, serving=serving))
    except (sa.exc.SQLAlchemyError, ImportError, TypeError, ValueError):
        raise DatabaseError(
            "BOT_DATABASE_URL: not an address with an installed async driver, "
            "such as sqlite+aiosqlite:///bot.db or postgresql+asyncpg://user@host/name"
        ) from None
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        sa.event.listen(engine.sync_engine, "begin", _begin_immediate)
    else:
        sa.event.listen(engine.sync_engine, "handle_error", _silence_is_a_cut)
    return engine


@contextlib.asynccontextmanager
async def patiently(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Begin a transaction whose one statement may take longer than anybody waits for an answer."""
    if engine.dialect.name == "sqlite":
        async with engine.begin() as conn:
            yield conn
        return
    url = engine.url.render_as_string(hide_password=False)
    patient = create_async_engine(url, connect_args={**SERVING, "command_timeout": LONG})
    try:
        async with patient.begin() as conn:
            yield conn
    finally:
        await patient.dispose()


def beside(engine: AsyncEngine) -> AsyncEngine:
    """Open the same database once more, for what must not wait until a connection is free."""
    return open_engine(engine.url.render_as_string(hide_password=False), serving=True)


def _silence_is_a_cut(context: sa.engine.ExceptionContext) -> None:
    """Give up all connections when the server does not answer on one; new ones are made."""
    if isinstance(context.original_exception, TimeoutError):
        context.is_disconnect = True


def _pool(url: str, *, serving: bool) -> dict[str, Any]:
    """SQLite has one writer: more connections would only wait for each other, without an order."""
    if sa.make_url(url).get_backend_name() != "sqlite":
        return {"pool_timeout": ANSWER, "connect_args": dict(SERVING)} if serving else {}
    one = {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}
    return {**one, "connect_args": {"async_creator_fn": sqlite_connection.connect}}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: see _begin_immediate.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: sa.Connection) -> None:
    """Take the write lock first: read-then-write under a late lock loses updates silently."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextlib.contextmanager
def reading_errors() -> Iterator[None]:
    """Turn a database that is locked, full or away into DatabaseError; mistakes of ours stay."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError, OSError) as error:
        raise DatabaseError(f"the database cannot be written now: {cause(error)}") from error
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseError("the database is away") from error
        if _known(error):
            raise DatabaseError(f"the database cannot be written now: {cause(error)}") from error
        raise


def cause(error: Exception) -> str:
    """Name the cause without the statement and its values: they may hold people's words."""
    return _known(error) or type(getattr(error, "orig", None) or error).__name__


def _known(error: Exception) -> str:
    orig = getattr(error, "orig", None) or error
    code = getattr(orig, "sqlite_errorcode", None)
    # SQLite's low byte is the cause, the others say where it happened.
    return CAUSES.get(getattr(orig, "sqlstate", "") if code is None else code & 0xFF, "")


async def scrub(engine: AsyncEngine) -> bool:
    """After an erasure, cut SQLite's log: what was erased must not stay in it either.

    False where somebody reads for so long that the log cannot be cut now.
    """
    if engine.dialect.name != "sqlite":
        return True
    async with engine.connect() as conn:
        busy = await _pragma(conn, "wal_checkpoint(TRUNCATE)")
    return not busy


async def _pragma(conn: AsyncConnection, pragma: str) -> Any:
    """Say a pragma that works only outside of a transaction; gives the first figure it answers."""
    raw = (await conn.get_raw_connection()).driver_connection
    assert raw is not None, "the pool gives open connections"
    async with raw.execute(f"PRAGMA {pragma}") as cursor:
        row = await cursor.fetchone()
    return row[0] if row else None


def insert(conn: AsyncConnection, table: sa.Table) -> Any:
    """An insert that knows ON CONFLICT, which each database spells in its own dialect."""
    return (postgresql if conn.dialect.name == "postgresql" else sqlite).insert(table)


def inserts(build: Callable[[Any], Any]) -> Callable[[AsyncConnection], Any]:
    """Build an insert once for each database: building one anew costs more than running it."""
    built = {"postgresql": build(postgresql.insert), "sqlite": build(sqlite.insert)}
    return lambda conn: built[conn.dialect.name]


def head() -> str:
    """Name the schema this program is written for."""
    found = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert found is not None, "the package holds at least one migration"
    return found


def refuse_newer(found: str | None) -> None:
    """Raise SchemaError for a schema this program has never heard of."""
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaError(f"the database has schema {found}, which is newer than this program")


async def check_schema(engine: AsyncEngine) -> None:
    """Raise SchemaError unless the database has exactly this program's schema."""
    try:
        async with engine.connect() as conn:
            found = await conn.run_sync(
                lambda c: MigrationContext.configure(c).get_current_revision()
            )
    except (sa.exc.DBAPIError, OSError) as error:
        away = CLOSED if engine.dialect.name == "sqlite" else AWAY
        raise DatabaseError(_known(error) or away) from error
    refuse_newer(found)
    if found != head():
        raise SchemaError(
            f"the database has schema {found or 'none'}, this program needs {head()}: "
            "run `motcua db upgrade`"
        )


async def upgrade(engine: AsyncEngine) -> None:
    """Bring the database to this program's schema; a database of a newer program is refused."""
    try:
        async with engine.connect() as conn, _rows_stay(conn), conn.begin():
            await conn.run_sync(_upgrade)
    except (sa.exc.DBAPIError, OSError) as error:
        away = CLOSED if engine.dialect.name == "sqlite" else AWAY
        raise DatabaseError(_known(error) or away) from error


@contextlib.asynccontextmanager
async def _rows_stay(conn: AsyncConnection) -> AsyncIterator[None]:
    """Let SQLite make a table again without removing the rows that hang on it."""
    if conn.dialect.name != "sqlite":
        yield
        return
    await _pragma(conn, "foreign_keys=OFF")
    try:
        yield
    finally:
        await _pragma(conn, "foreign_keys=ON")


async def upgrade_at(url: str) -> None:
    """Bring the database at an address to this program's schema."""
    engine = open_engine(url)
    try:
        await upgrade(engine)
    finally:
        await engine.dispose()


def _upgrade(conn: sa.Connection) -> None:
    found = MigrationContext.configure(conn).get_current_revision()
    refuse_newer(found)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
    if conn.dialect.name == "sqlite" and conn.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise DatabaseError("the upgrade would leave rows that belong to nobody: nothing changed")
