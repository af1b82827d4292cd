"""A copy made while the bot writes comes back whole; what is no copy changes nothing."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncEngine

from db import people, schema
from db.backup import backup, restore
from db.engine import (
    MIGRATIONS,
    DatabaseError,
    SchemaError,
    check_schema,
    open_engine,
    upgrade,
)
from tests.test_database import NOON, count, empty, using

__all__ = ["empty"]
FIRST = (
    "INSERT INTO people VALUES (1, 'web', 'an', 'vi', '2026-11-25 05:00:00')",
    "INSERT INTO messages VALUES (1, 1, '2026-11-25 05:00:00', true, 'Xin chào', '{}')",
    "INSERT INTO seen VALUES (1, 'm1', '2026-11-25 05:00:00')",
)
"""What a person left in a database of the first schema."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the address of a database with one person in it."""
    address = f"sqlite+aiosqlite:///{tmp_path / 'motcua.db'}"
    asyncio.run(_add(address, "an"))
    return address


async def _add(url: str, user: str) -> None:
    engine = open_engine(url)
    await upgrade(engine)
    async with engine.begin() as conn:
        await people.find_or_add(conn, "web", user, lang="vi", now=NOON)
    await engine.dispose()


def users(folder: Path) -> set[str]:
    with sqlite3.connect(folder / "motcua.db") as raw:
        return {user for (user,) in raw.execute('SELECT "user" FROM people')}


def test_a_copy_comes_back_as_it_was(url: str, tmp_path: Path) -> None:
    backup(url, tmp_path / "copy.db")
    asyncio.run(_add(url, "binh"))
    old = restore(url, tmp_path / "copy.db")
    assert users(tmp_path) == {"an"}
    assert old is not None
    assert old.exists()


def test_a_copy_is_made_while_somebody_writes(url: str, tmp_path: Path) -> None:
    async def both() -> None:
        writing = asyncio.gather(*(_add(url, f"p{number}") for number in range(5)))
        await asyncio.to_thread(backup, url, tmp_path / "copy.db")
        await writing

    asyncio.run(both())
    restore(url, tmp_path / "copy.db")
    assert "an" in users(tmp_path)


def test_a_file_that_exists_is_not_overwritten(url: str, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("x")
    with pytest.raises(DatabaseError, match="exists already"):
        backup(url, tmp_path / "copy.db")


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\1" * 5000])
def test_what_is_no_copy_changes_nothing(url: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.db").write_bytes(content)
    with pytest.raises(DatabaseError):
        restore(url, tmp_path / "bad.db")
    assert users(tmp_path) == {"an"}


def test_a_database_in_use_is_not_replaced(url: str, tmp_path: Path) -> None:
    backup(url, tmp_path / "copy.db")
    holder = sqlite3.connect(tmp_path / "motcua.db")
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match="in use"):
        restore(url, tmp_path / "copy.db")
    holder.rollback()
    holder.close()


def test_a_database_that_is_open_at_rest_is_not_replaced_either(url: str, tmp_path: Path) -> None:
    backup(url, tmp_path / "copy.db")
    holder = sqlite3.connect(tmp_path / "motcua.db")
    holder.execute("SELECT count(*) FROM people").fetchall()
    with pytest.raises(DatabaseError, match="in use"):
        restore(url, tmp_path / "copy.db")
    holder.close()
    assert restore(url, tmp_path / "copy.db") is not None


def test_a_copy_goes_where_nothing_was(url: str, tmp_path: Path) -> None:
    backup(url, tmp_path / "copy.db")
    (tmp_path / "motcua.db").unlink()
    assert restore(url, tmp_path / "copy.db") is None
    assert users(tmp_path) == {"an"}


def test_each_restore_keeps_what_was_there(url: str, tmp_path: Path) -> None:
    backup(url, tmp_path / "copy.db")
    assert restore(url, tmp_path / "copy.db") != restore(url, tmp_path / "copy.db")
    assert len(list(tmp_path.glob("*.before-restore*"))) == 2


def test_a_broken_database_is_replaced_and_kept(url: str, tmp_path: Path) -> None:
    backup(url, tmp_path / "copy.db")
    (tmp_path / "motcua.db").write_bytes(b"torn" * 5000)
    old = restore(url, tmp_path / "copy.db")
    assert old is not None
    assert old.read_bytes() == b"torn" * 5000
    assert users(tmp_path) == {"an"}


def strange(file: sqlite3.Connection) -> None:
    file.execute("DROP TABLE alembic_version")


def newer(file: sqlite3.Connection) -> None:
    file.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("change", "why"), [(strange, "no backup of this program"), (newer, "newer than this program")]
)
def test_a_copy_of_another_program_is_refused(
    url: str, tmp_path: Path, change: Callable[[sqlite3.Connection], None], why: str
) -> None:
    backup(url, tmp_path / "copy.db")
    with sqlite3.connect(tmp_path / "copy.db") as file:
        change(file)
    with pytest.raises(SchemaError, match=why):
        restore(url, tmp_path / "copy.db")
    assert sorted(path.name for path in tmp_path.glob("*restore*")) == []


async def first_schema(engine: AsyncEngine) -> None:
    """Make a database as the first version of the program left it."""

    def make(conn: sa.Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = conn
        command.upgrade(config, "0001")
        for statement in FIRST:
            conn.exec_driver_sql(statement)

    async with engine.begin() as conn:
        await conn.run_sync(make)


async def kept(engine: AsyncEngine) -> list[int]:
    """Count what FIRST wrote, in a database of today."""
    await check_schema(engine)
    return [await count(engine, table) for table in (schema.people, schema.messages, schema.seen)]


def test_an_upgrade_keeps_what_people_left(empty: str) -> None:
    using(empty, first_schema)
    using(empty, upgrade)
    assert using(empty, kept) == [1, 1, 1]


def test_a_copy_of_an_older_program_is_brought_to_the_schema_of_today(
    empty: str, tmp_path: Path
) -> None:
    needs_client(empty)
    using(empty, first_schema)
    assert backup(empty, tmp_path / "copy") > 0
    using(empty, upgrade)
    using(empty, lose_everybody)
    assert using(empty, kept) == [0, 0, 0]
    old = restore(empty, tmp_path / "copy")
    assert old is not None
    assert old.exists()
    assert using(empty, kept) == [1, 1, 1]


async def lose_everybody(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await conn.exec_driver_sql("DELETE FROM people")


def needs_client(url: str) -> None:
    if "postgresql" in url and shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed: backups of PostgreSQL are not tested")


def test_what_is_no_copy_changes_nothing_on_postgresql(empty: str, tmp_path: Path) -> None:
    needs_client(empty)
    using(empty, upgrade)
    (tmp_path / "bad").write_bytes(b"PGDMP torn")
    with pytest.raises(DatabaseError):
        restore(empty, tmp_path / "bad")
    using(empty, check_schema)


def test_a_server_that_is_away_is_said_without_its_address(tmp_path: Path) -> None:
    needs_client("postgresql")
    with pytest.raises(
        DatabaseError, match=r"pg_dump failed: the server cannot be reached"
    ) as told:
        backup("postgresql+asyncpg://u:geheim@127.0.0.1:1/d", tmp_path / "x")
    assert "127.0.0.1" not in str(told.value)
    assert not (tmp_path / "x").exists()
