"""Who is erased is gone from every table and from the raw files; what is old goes by itself."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import leases, outbox, people, retention, schema
from db.engine import scrub
from db.people import Person
from tests.test_database import NOON, count, empty, ready, somebody, using

__all__ = ["empty", "ready"]
OF_A_PERSON = [t for t in schema.metadata.sorted_tables if "person_id" in t.c and t.name != "cases"]
"""Tables whose rows go with a person; a case stays without its citizen: tests/test_feedback.py."""
ROWS = 20
"""Rows in every table for each person: enough to make SQLite move them from page to page."""
DAY = dt.timedelta(days=1)


def some(column: sa.Column[Any], mark: str, number: int) -> Any:
    """Give a value that fits a column, with the mark wherever words can be."""
    match column.type:
        case sa.Boolean():
            return False
        case sa.Integer():
            return number
        case schema.UtcTime():
            return NOON
        case sa.JSON():
            return {"words": f"{mark}{number} " * 40}
        case sa.Text():
            return f"{mark}{number} " * 60
        case sa.String(length=length):
            return f"{mark}{number}"[-(length or 0) :]
    raise AssertionError(column)


async def fill(conn: AsyncConnection, person: Person, mark: str, number: int) -> None:
    """Write one row about a person into every table that has such rows."""
    for table in OF_A_PERSON:
        if table.name in ("dialogs", "link_codes") and number % ROWS:
            continue
        values = {c.name: some(c, mark, number) for c in table.c if c.name not in ("id", "done")}
        await conn.execute(sa.insert(table).values({**values, "person_id": person.id}))
    values = {c.name: some(c, mark, number) for c in schema.invitations.c if c.name != "id"}
    # Of an invitation only the name is a person's.
    own = {"code_hash": str(number), "role": "admin", "agency": "", "used_by": person.id}
    await conn.execute(sa.insert(schema.invitations).values({**values, **own}))


async def both(engine: AsyncEngine) -> tuple[Person, Person]:
    """Fill all tables with rows of two people, turn by turn."""
    an, binh = await somebody(engine, "ZQXan"), await somebody(engine, "binh")
    async with engine.begin() as conn:
        await people.set_name(conn, an, "ZQX An")
        for number in range(ROWS):
            await fill(conn, an, "ZQX", number)
            await fill(conn, binh, "WKV", ROWS + number)
    return an, binh


def test_no_word_of_somebody_erased_is_left_in_the_raw_files(ready: str, tmp_path: Path) -> None:
    if "sqlite" not in ready:
        pytest.skip("PostgreSQL's files are its own; the rows are looked at below")

    async def work(engine: AsyncEngine) -> list[bytes]:
        an, _ = await both(engine)
        before = raw(tmp_path)
        async with engine.begin() as conn:
            await people.erase(conn, an)
        assert await scrub(engine)
        return [before, raw(tmp_path)]

    before, after = using(ready, work)
    assert b"ZQX" in before
    assert b"ZQX" not in after
    assert b"WKV" in after


def raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("motcua.db*"))


def test_all_rows_of_somebody_erased_go_and_the_others_stay(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        an, binh = await both(engine)
        async with engine.begin() as conn:
            whole = await people.export(conn, an)
            await people.erase(conn, an)
            other = await people.export(conn, binh)
            found = [await people.by_id(conn, one.id) for one in (an, binh)]
            names = await conn.execute(sa.select(schema.invitations.c.name))
            return [whole, other, found == [None, binh], {name[:3] for (name,) in names}]

    whole, other, found, names = using(ready, work)
    for kept, mark in ((whole, "ZQX"), (other, "WKV")):
        assert {table.name for table in OF_A_PERSON} <= {n for n, rows in kept.items() if rows}
        assert mark in json.dumps(kept)
    assert found
    assert names == {"", "WKV"}


def test_the_last_word_to_somebody_erased_goes_when_it_was_said(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[int]:
        told = []
        binh = await somebody(engine, "binh")
        async with engine.begin() as conn:
            for user, person in (("an", None), ("binh", binh.id)):
                await outbox.add(
                    conn,
                    key=user,
                    channel="web",
                    user=user,
                    body={},
                    priority=outbox.INTERACTIVE,
                    now=NOON,
                    person_id=person,
                    expires=NOON,
                )
            told.append((await retention.purge(conn, now=NOON))["outbox"])
            await leases.lease(conn, "web", by="a", now=NOON + DAY, until=NOON + DAY, limit=1)
            told.append((await retention.purge(conn, now=NOON + DAY))["outbox"])
        return [*told, await count(engine, schema.outbox)]

    assert using(ready, work) == [0, 1, 1]


def test_what_is_older_than_it_is_kept_goes_and_nothing_else(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[dict[str, int]]:
        an = await somebody(engine)
        async with engine.begin() as conn:
            await fill(conn, an, "ZQX", 0)
            await conn.execute(sa.update(schema.outbox).values(state="sent", done=NOON))
            young = await retention.purge(conn, now=NOON)
            short = await retention.purge(conn, now=NOON + 2 * DAY, days={"messages": 1})
            old = await retention.purge(conn, now=NOON + 400 * DAY)
        return [young, short, old]

    young, short, old = using(ready, work)
    assert not any(young.values())
    assert {name for name, gone in short.items() if gone} == {"messages", "limits", "dialogs"}
    assert {name for name, gone in old.items() if gone} == {
        "seen",
        "outbox",
        "questions",
        "invitations",
    }
