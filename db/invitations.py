"""Invitations to a role: a code that works once, kept only as its digest."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people import Person
from db.roles import Role
from db.schema import invitations

VALID = dt.timedelta(days=7)
"""How long an invitation can be taken up."""
CODE_BYTES = 16
"""Random bytes of a code: nobody guesses 128 bits."""


@dataclass(frozen=True)
class Invitation:
    """An invitation: its number, the role, and what the invited person is called."""

    id: int
    role: Role
    name: str
    expires: dt.datetime
    made_by: int | None


async def make(
    conn: AsyncConnection,
    role: Role,
    *,
    name: str,
    now: dt.datetime,
    made_by: int | None = None,
    valid: dt.timedelta = VALID,
) -> str:
    """Write an invitation down and give its code (22 letters, digits, - and _)."""
    code = secrets.token_urlsafe(CODE_BYTES)
    await conn.execute(
        sa.insert(invitations).values(
            code_hash=_digest(code),
            role=role.role,
            agency=role.agency,
            name=name,
            created=now,
            expires=now + valid,
            made_by=made_by,
        )
    )
    return code


async def find(conn: AsyncConnection, code: str, *, now: dt.datetime) -> Invitation | None:
    """Give the invitation of a code; None where it is unknown, used or over."""
    row = (await conn.execute(sa.select(invitations).where(_open(code, now)))).one_or_none()
    if row is None:
        return None
    return Invitation(row.id, Role(row.role, row.agency), row.name, row.expires, row.made_by)


async def use(
    conn: AsyncConnection, code: str, person: Person, *, now: dt.datetime
) -> Invitation | None:
    """Take an invitation up, which works once; None where it is unknown, used or over."""
    found = await find(conn, code, now=now)
    taken = await conn.execute(
        sa.update(invitations).where(_open(code, now)).values(used=now, used_by=person.id)
    )
    return found if taken.rowcount else None


async def pending(conn: AsyncConnection, *, now: dt.datetime) -> list[Invitation]:
    """Give the invitations that can still be taken up."""
    rows = await conn.execute(
        sa.select(invitations)
        .where(invitations.c.used.is_(None), invitations.c.expires > now)
        .order_by(invitations.c.id)
    )
    return [
        Invitation(row.id, Role(row.role, row.agency), row.name, row.expires, row.made_by)
        for row in rows
    ]


async def withdraw(conn: AsyncConnection, number: int) -> bool:
    """Remove an invitation nobody took up; False where there is none."""
    gone = await conn.execute(
        sa.delete(invitations).where(invitations.c.id == number, invitations.c.used.is_(None))
    )
    return bool(gone.rowcount)


def _open(code: str, now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        invitations.c.code_hash == _digest(code),
        invitations.c.used.is_(None),
        invitations.c.expires > now,
    )


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
