"""Writes to colleagues: everybody who holds a role for a body, or for the whole province."""

from __future__ import annotations

from collections.abc import Iterable

from content.catalogue import Translator, translator
from db import roles
from db.people import Person
from db.roles import Holder
from handlers.context import Context
from handlers.message import Address, Letter, Rows


async def holding(ctx: Context, names: Iterable[str], agency: str | None = None) -> list[Holder]:
    """Give who holds one of some roles, each person once, oldest first."""
    held = await roles.holders(ctx.conn, names, agency)
    found = {holder.person.id: holder for holder in sorted(held, key=lambda holder: -holder.id)}
    return sorted(found.values(), key=lambda holder: holder.id)


def letter(person: Person, key: str, text: str, rows: Rows = ()) -> Letter:
    """Make a message to a colleague."""
    return Letter(person.id, Address(person.channel, person.user), key, text, rows)


def speaking(person: Person) -> Translator:
    """Give the translator of a colleague's own language."""
    return translator(person.lang)


def called(holder: Holder, t: Translator) -> str:
    """Name a colleague."""
    return holder.name or t("colleague {number}", number=holder.person.id)
