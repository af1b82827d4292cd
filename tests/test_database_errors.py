"""A database that cannot be written says why, and never what was to be written."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import messages
from db.engine import DatabaseError, reading_errors, upgrade
from tests.test_database import NOON, somebody, using


@pytest.mark.parametrize(
    ("pragma", "why"), [("max_page_count=1", "disk.* is full"), ("query_only=ON", "only be read")]
)
def test_why_nothing_can_be_written_is_said_without_the_words(
    tmp_path: Path, pragma: str, why: str
) -> None:
    async def work(engine: AsyncEngine) -> None:
        await upgrade(engine)
        person = await somebody(engine)
        async with engine.begin() as conn:
            await conn.exec_driver_sql(f"PRAGMA {pragma}")
            with reading_errors():
                await messages.add(conn, person, "bí mật" * 9999, {}, mine=True, now=NOON)

    with pytest.raises(DatabaseError, match=why) as told:
        using(f"sqlite+aiosqlite:///{tmp_path / 'motcua.db'}", work)
    assert "bí mật" not in str(told.value)
