"""Who may act as what: roles, each for one agency or for the whole province."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.dialogs import Dialog
from db.engine import insert
from db.people import AT, Person
from db.schema import dialogs, people, roles

ROLES = ("focal", "deputy", "head", "handler", "coordinator", "editor", "approver", "admin")
"""All roles but the citizen's, which everybody has."""
OF_AN_AGENCY = ("focal", "deputy", "head", "handler")
"""Roles that say nothing without the agency they are held for."""


@dataclass(frozen=True)
class Role:
    """A role, and the agency it is held for ("" for the whole province)."""

    role: str
    agency: str = ""


@dataclass(frozen=True)
class Holder:
    """A person with a role: the number of the grant, who, on which channel, since when.

    `reached` is false while messages to them bounce.
    """

    id: int
    person: Person
    name: str
    role: Role
    granted: dt.datetime
    reached: bool = True


_OF = sa.select(roles.c.role, roles.c.agency).where(roles.c.person_id == sa.bindparam("person"))


async def of(conn: AsyncConnection, person: Person) -> frozenset[Role]:
    """Give the roles a person holds now."""
    rows = await conn.execute(_OF, {"person": person.id})
    return frozenset(Role(row.role, row.agency) for row in rows)


@dataclass(frozen=True)
class Who:
    """A person with what they may act as and the form they are in."""

    person: Person
    roles: frozenset[Role] = frozenset()
    dialog: Dialog | None = None


_WHO = (
    sa.select(
        people,
        roles.c.role,
        roles.c.agency,
        dialogs.c.kind,
        dialogs.c.step,
        dialogs.c.data,
        dialogs.c.at,
    )
    .outerjoin(roles, roles.c.person_id == people.c.id)
    .outerjoin(dialogs, dialogs.c.person_id == people.c.id)
    .where(AT)
)


async def who(conn: AsyncConnection, channel: str, user: str) -> Who | None:
    """Find a person with the roles they hold and the form they are in, in one look."""
    rows = (await conn.execute(_WHO, {"channel": channel, "user": user})).all()
    if not rows:
        return None
    first = rows[0]
    return Who(
        Person(first.id, first.channel, first.user, first.lang),
        frozenset(Role(row.role, row.agency) for row in rows if row.role),
        Dialog(first.kind, first.step, first.data, first.at) if first.kind else None,
    )


async def grant(
    conn: AsyncConnection, person: Person, role: Role, *, by: int | None, now: dt.datetime
) -> None:
    """Give a person a role; once is enough."""
    new = insert(conn, roles).values(
        person_id=person.id, role=role.role, agency=role.agency, granted=now, granted_by=by
    )
    await conn.execute(new.on_conflict_do_nothing())


async def revoke(conn: AsyncConnection, number: int) -> Holder | None:
    """Take a role back; gives who held it, None where nobody did."""
    held = await _found(conn, roles.c.id == number)
    await conn.execute(sa.delete(roles).where(roles.c.id == number))
    return held[0] if held else None


async def holders(
    conn: AsyncConnection, names: Iterable[str], agency: str | None = None
) -> list[Holder]:
    """Give who holds one of some roles, for one agency or (None) whichever it is held for."""
    named = roles.c.role.in_(sorted(names))
    return await _found(conn, named if agency is None else named & (roles.c.agency == agency))


_REACHED = (
    sa.select(roles.c.role, roles.c.agency, people.c.id, people.c.channel, people.c.user)
    .add_columns(people.c.lang)
    .join(people, people.c.id == roles.c.person_id)
    .where(people.c.blocked.is_(None))
    .order_by(roles.c.id)
)


async def reached(conn: AsyncConnection) -> list[tuple[str, str, Person]]:
    """Give role, agency and person for everybody whom messages reach, oldest grant first."""
    rows = await conn.execute(_REACHED)
    return [(role, agency, Person(*told)) for role, agency, *told in rows]


async def everyone(conn: AsyncConnection) -> list[Holder]:
    """Give everybody who holds a role, by role and agency."""
    return await _found(conn, sa.true())


async def _found(conn: AsyncConnection, that: sa.ColumnElement[bool]) -> list[Holder]:
    rows = await conn.execute(
        sa.select(
            roles, people.c.channel, people.c.user, people.c.lang, people.c.name, people.c.blocked
        )
        .join(people, people.c.id == roles.c.person_id)
        .where(that)
        .order_by(roles.c.role, roles.c.agency, roles.c.id)
    )
    return [
        Holder(
            row.id,
            Person(row.person_id, row.channel, row.user, row.lang),
            row.name,
            Role(row.role, row.agency),
            row.granted,
            row.blocked is None,
        )
        for row in rows
    ]
