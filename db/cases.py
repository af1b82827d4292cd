"""Cases as lists need them: who sent each, whose it is, how it stands, when it is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.schema_cases import case_files, cases

OPEN = ("received", "assigned", "in-work", "waiting")
"""States in which something is still to be done by staff."""


@dataclass(frozen=True)
class Case:
    """A case: its public code, the citizen (or where they are reached, sealed), how it stands."""

    id: int
    code: str
    person_id: int | None
    sealed: str
    kind: str
    agency: str
    field: str
    state: str
    outcome: str
    received: dt.datetime
    due: dt.date
    done: dt.datetime | None

    @property
    def open(self) -> bool:
        """Whether staff still have to do something."""
        return self.state in OPEN


@dataclass(frozen=True)
class Wanted:
    """Cases of some bodies (None: of all) in some states, and only those late on a day if given."""

    agencies: Sequence[str] | None
    states: Sequence[str] = OPEN
    late_on: dt.date | None = None

    def where(self) -> list[sa.ColumnElement[bool]]:
        """Give this as conditions."""
        wanted: list[sa.ColumnElement[bool]] = [cases.c.state.in_(self.states)]
        if self.agencies is not None:
            wanted.append(cases.c.agency.in_(self.agencies))
        if self.late_on is not None:
            wanted.append(cases.c.due < self.late_on)
        return wanted


async def add(
    conn: AsyncConnection,
    *,
    code: str,
    person_id: int | None,
    sealed: str,
    kind: str,
    now: dt.datetime,
    due: dt.date,
) -> Case:
    """Begin a case."""
    row: dict[str, Any] = {
        "code": code,
        "person_id": person_id,
        "sealed": sealed,
        "kind": kind,
        "agency": "",
        "field": "",
        "state": "received",
        "outcome": "",
        "received": now,
        "due": due,
        "done": None,
    }
    added = await conn.execute(sa.insert(cases), row)
    key = added.inserted_primary_key
    assert key is not None, "an insert of one row gives its key"
    return Case(id=int(key[0]), **row)


async def change(conn: AsyncConnection, case: int, **values: Any) -> None:
    """Note how a case stands now."""
    await conn.execute(sa.update(cases).where(cases.c.id == case).values(**values))


async def by_id(conn: AsyncConnection, number: int) -> Case | None:
    """Find a case by its number."""
    return await _one(conn, cases.c.id == number)


async def by_code(conn: AsyncConnection, code: str) -> Case | None:
    """Find a case by its code."""
    return await _one(conn, cases.c.code == code)


async def of_person(conn: AsyncConnection, person: int, *, limit: int = 20) -> list[Case]:
    """Give a citizen's own cases, newest first."""
    found = sa.select(cases).where(cases.c.person_id == person)
    rows = await conn.execute(found.order_by(cases.c.id.desc()).limit(limit))
    return [_case(row) for row in rows]


async def listed(
    conn: AsyncConnection, wanted: Wanted, *, limit: int = 20, offset: int = 0
) -> list[Case]:
    """Give the cases wanted, the most urgent first."""
    found = sa.select(cases).where(*wanted.where())
    rows = await conn.execute(found.order_by(cases.c.due, cases.c.id).limit(limit).offset(offset))
    return [_case(row) for row in rows]


async def count(conn: AsyncConnection, wanted: Wanted) -> int:
    """Count the cases wanted."""
    found = sa.select(sa.func.count()).select_from(cases).where(*wanted.where())
    return int((await conn.execute(found)).scalar_one())


async def all_of(conn: AsyncConnection) -> list[Case]:
    """Give all cases, oldest first."""
    return [_case(row) for row in await conn.execute(sa.select(cases).order_by(cases.c.id))]


async def due_by(conn: AsyncConnection, day: dt.date) -> list[Case]:
    """Give the open cases that are due by a day, for whoever has to be told."""
    found = sa.select(cases).where(cases.c.state.in_(OPEN), cases.c.due <= day)
    return [_case(row) for row in await conn.execute(found.order_by(cases.c.id))]


async def done_before(conn: AsyncConnection, moment: dt.datetime) -> list[Case]:
    """Give the cases whose citizens have said nothing since they were closed before a moment."""
    found = sa.select(cases).where(cases.c.state == "done", cases.c.done < moment)
    return [_case(row) for row in await conn.execute(found.order_by(cases.c.id))]


async def keep_file(conn: AsyncConnection, case: int, *, name: str, type_: str, data: bytes) -> int:
    """Keep a file of a case; gives its number."""
    row = {"case_id": case, "name": name, "type": type_, "data": data}
    added = await conn.execute(sa.insert(case_files), row)
    key = added.inserted_primary_key
    assert key is not None, "an insert of one row gives its key"
    return int(key[0])


async def files(conn: AsyncConnection, case: int) -> list[tuple[int, str, str, bytes]]:
    """Give the files of a case: number, name, type by content, bytes."""
    found = sa.select(case_files).where(case_files.c.case_id == case).order_by(case_files.c.id)
    return [(row.id, row.name, row.type, row.data) for row in await conn.execute(found)]


async def forget_file(conn: AsyncConnection, case: int, number: int) -> bool:
    """Remove a file; False where it was not there."""
    gone = sa.delete(case_files).where(case_files.c.case_id == case, case_files.c.id == number)
    return bool((await conn.execute(gone)).rowcount)


async def forget_person(conn: AsyncConnection, person: int) -> list[int]:
    """Loosen a citizen from their cases and remove what they sent; gives the cases' numbers."""
    own = [case.id for case in await of_person(conn, person, limit=100_000)]
    await conn.execute(sa.delete(case_files).where(case_files.c.case_id.in_(own)))
    await conn.execute(sa.update(cases).where(cases.c.id.in_(own)).values(person_id=None))
    return own


async def _one(conn: AsyncConnection, *that: sa.ColumnElement[bool]) -> Case | None:
    row = (await conn.execute(sa.select(cases).where(*that))).one_or_none()
    return _case(row) if row else None


def _case(row: sa.Row[Any]) -> Case:
    return Case(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
