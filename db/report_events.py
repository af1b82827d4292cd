"""What happened to reports: an append-only log, from which every standing is worked out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.schema import report_events, report_files

Kind = Literal[
    "opened",
    "due-changed",
    "submitted",
    "proof",
    "withdrawn",
    "accepted",
    "returned",
    "extension-asked",
    "extended",
    "extension-refused",
    "handed",
    "snoozed",
    "nudged",
]


@dataclass(frozen=True)
class Event:
    """One act: on which report, of which body ("" for all), by whom (the person's number)."""

    id: int
    at: dt.datetime
    report: str
    year: int
    agency: str
    kind: Kind
    actor: int | None
    data: Mapping[str, Any] = field(default_factory=dict)


async def note(
    conn: AsyncConnection,
    kind: Kind,
    *,
    report: str,
    year: int,
    agency: str,
    actor: int | None,
    now: dt.datetime,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Append an act and give its number."""
    row = {
        "at": now,
        "report": report,
        "year": year,
        "agency": agency,
        "kind": kind,
        "actor": actor,
        "data": dict(data or {}),
    }
    added = await conn.execute(sa.insert(report_events), row)
    key = added.inserted_primary_key
    assert key is not None, "an insert of one row gives its key"
    return int(key[0])


_COLUMNS = report_events.c
_SINCE = sa.select(report_events).where(_COLUMNS.year >= sa.bindparam("year")).order_by(_COLUMNS.id)
_AROUND = _SINCE.where(
    sa.or_(
        _COLUMNS.report.not_in(sa.bindparam("known", expanding=True)),
        sa.tuple_(_COLUMNS.report, _COLUMNS.year).in_(sa.bindparam("periods", expanding=True)),
    )
)


async def since(conn: AsyncConnection, year: int) -> list[Event]:
    """Give the acts on reports of a year and later, oldest first."""
    return [_event(row) for row in await conn.execute(_SINCE, {"year": year})]


async def around(
    conn: AsyncConnection,
    year: int,
    *,
    known: Collection[str],
    periods: Collection[tuple[str, int]],
) -> list[Event]:
    """Give the acts on some periods (report and year), and on reports of no known name.

    Those were opened by hand; of them, all acts of a year and later.
    """
    told = {"year": year, "known": sorted(known), "periods": sorted(periods)}
    return [_event(row) for row in await conn.execute(_AROUND, told)]


async def rename(conn: AsyncConnection, number: int, report: str) -> None:
    """Give a report its name once the number of its opening is known."""
    named = sa.update(report_events).where(report_events.c.id == number)
    await conn.execute(named.values(report=report))


async def keep_file(
    conn: AsyncConnection, event: int, *, name: str, type_: str, data: bytes
) -> None:
    """Keep a file that came with an act."""
    row = {"event_id": event, "name": name, "type": type_, "data": data}
    await conn.execute(sa.insert(report_files), row)


async def file_of(conn: AsyncConnection, event: int) -> tuple[str, str, bytes] | None:
    """Give the file that came with an act: name, type by content, bytes."""
    found = sa.select(report_files).where(report_files.c.event_id == event)
    row = (await conn.execute(found)).one_or_none()
    return (row.name, row.type, row.data) if row else None


def _event(row: sa.Row[Any]) -> Event:
    told = (row.id, row.at, row.report, row.year, row.agency, row.kind, row.actor)
    return Event(*told, data=row.data)
