"""Writes to colleagues: everybody who holds a role for a body, or for the whole province."""

from __future__ import annotations

from collections.abc import Iterable

from content.catalogue import Translator, translator
from db import roles
from db.people import Person
from db.roles import Holder
from handlers.context import Context
from handlers.message import Address, Letter
from handlers.reports.reminder import Rows

NOBODY: Rows = ()


async def holding(ctx: Context, names: Iterable[str], agency: str = "") -> list[Holder]:
    """Give who holds one of some roles, each person once, oldest first."""
    wanted = frozenset(names)
    found = {
        holder.person.id: holder
        for holder in reversed(await roles.everyone(ctx.conn))
        if holder.role.role in wanted and (agency in ("", holder.role.agency))
    }
    return sorted(found.values(), key=lambda holder: holder.id)


def letter(person: Person, key: str, text: str, rows: Rows = NOBODY) -> Letter:
    """Make a message to a colleague."""
    return Letter(person.id, Address(person.channel, person.user), key, text, rows)


def speaking(person: Person) -> Translator:
    """Give the translator of a colleague's own language."""
    return translator(person.lang)


def called(holder: Holder, t: Translator) -> str:
    """Name a colleague."""
    return holder.name or t("colleague {number}", number=holder.person.id)
