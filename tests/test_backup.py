"""A copy made while the bot writes comes back whole; what is no copy changes nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from db import people
from db.backup import backup, restore
from db.engine import DatabaseError, open_engine, upgrade
from tests.test_database import NOON


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


def test_postgresql_is_told_which_tools_to_use(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="pg_dump"):
        backup("postgresql+asyncpg://u@h/d", tmp_path / "x")
