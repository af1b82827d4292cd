"""Conversations of several steps: where each person is in which form, one row each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import insert
from db.people import Person
from db.schema import dialogs


@dataclass(frozen=True)
class Dialog:
    """Where a person is: the form, its step, what was said so far, and since when."""

    kind: str
    step: str
    data: Mapping[str, Any]
    at: dt.datetime | None = None


async def put(conn: AsyncConnection, person: Person, dialog: Dialog, *, now: dt.datetime) -> None:
    """Begin a form, or go on to another step of it."""
    values = {"kind": dialog.kind, "step": dialog.step, "data": dict(dialog.data), "at": now}
    new = insert(conn, dialogs).values(person_id=person.id, **values)
    await conn.execute(new.on_conflict_do_update(index_elements=["person_id"], set_=values))


async def end(conn: AsyncConnection, person: Person) -> None:
    """Leave the form."""
    await conn.execute(sa.delete(dialogs).where(dialogs.c.person_id == person.id))
