"""What a command or button is to the router: what it does, for whom, and how the menu names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from content.catalogue import Translator
from db.roles import Role
from handlers.context import Handler


@dataclass(frozen=True)
class Act:
    """A thing a person can do; `roles` are those that may (none named: everybody).

    `about` is its line in the menu ("": not in it); `alone` keeps it out of groups.
    """

    does: Handler
    about: str = ""
    roles: frozenset[str] = frozenset()
    alone: bool = False

    def allows(self, held: frozenset[Role]) -> bool:
        """Tell whether somebody with these roles may."""
        return not self.roles or bool(self.roles & {role.role for role in held})


def menu(
    commands: Mapping[str, Act], t: Translator, held: frozenset[Role]
) -> tuple[tuple[str, str], ...]:
    """List the commands somebody with these roles may use, and what each does."""
    return tuple(
        (name, t(act.about)) for name, act in commands.items() if act.about and act.allows(held)
    )
