"""Several members of staff on one database and one clock that tests set, and what they are sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from bot.library import Library
from bot.reminding import tick, watch
from db import people, roles, schema
from db.roles import Role
from handlers.context import ZONE
from tests.talk import Talk


@dataclass(frozen=True)
class Sent:
    """A message to somebody, as it stands in the queue."""

    user: str
    key: str
    text: str
    buttons: Sequence[dict[str, Any]]
    state: str


class Office:
    """People with roles; use it as a context manager."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library = library
        self.folder = folder
        self.now = dt.datetime(2026, 3, 1, 9, 0, tzinfo=ZONE)
        self.talks: dict[str, Talk] = {}

    def __enter__(self) -> Self:
        """Open with nobody but a citizen."""
        self.person("an")
        return self

    def __exit__(self, *error: object) -> None:
        """Close all conversations."""
        for talk in self.talks.values():
            talk.__exit__(None, None, None)

    def person(self, user: str, role: str = "", agency: str = "") -> Talk:
        """Give a person, with a role if one is told."""
        if user not in self.talks:
            talk = Talk(self.library, self.folder, user=user, clock=lambda: self.now)
            self.talks[user] = talk.__enter__()
        talk = self.talks[user]
        if role:
            talk.wait(self._grant(talk, Role(role, agency)))
        return talk

    async def _grant(self, talk: Talk, role: Role) -> None:
        async with talk.engine.begin() as conn:
            person = await people.find_or_add(conn, "web", talk.user, lang="vi", now=self.now)
            await people.set_name(conn, person, talk.user.title())
            await roles.grant(conn, person, role, by=None, now=self.now)

    def leaves(self, user: str) -> None:
        """Take all roles of somebody back."""

        async def take(talk: Talk) -> None:
            async with talk.engine.begin() as conn:
                for holder in await roles.everyone(conn):
                    if holder.person.user == user:
                        await roles.revoke(conn, holder.id)

        talk = self.talks[user]
        talk.wait(take(talk))

    def at(self, day: str, clock: str = "08:00") -> None:
        """Set the clock, and let it tick."""
        self.set(day, clock)
        self.tick()

    def set(self, day: str, clock: str = "08:00") -> None:
        """Set the clock."""
        self.now = dt.datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)

    def tick(self) -> int:
        """Turn what is due into messages; gives how many that was."""
        talk = self.talks["an"]
        return talk.wait(tick(talk.service))

    def watch(self) -> list[str]:
        """Look for gaps."""
        talk = self.talks["an"]
        return talk.wait(watch(talk.service))

    def sent(self, user: str = "") -> list[Sent]:
        """Give all messages to somebody (to everybody), oldest first."""
        talk = self.talks["an"]

        async def read() -> list[Sent]:
            async with talk.engine.begin() as conn:
                rows = await conn.execute(sa.select(schema.outbox).order_by(schema.outbox.c.id))
                return [_sent(row) for row in rows if user in ("", row.user)]

        return talk.wait(read())

    def keys(self, user: str = "") -> list[str]:
        """Give why messages went, without the person's number."""
        return [sent.key.rpartition(":")[0] for sent in self.sent(user)]

    def press(self, user: str, label: str) -> str:
        """Press a button of the newest message to somebody; gives the bot's words."""
        for button in self.sent(user)[-1].buttons:
            if button["label"].startswith(label):
                return self.talks[user].send(button["action"])
        raise AssertionError(f"no button {label!r} below {self.sent(user)[-1].text!r}")


def _sent(row: sa.Row[Any]) -> Sent:
    buttons = [button for line in row.body["buttons"] for button in line]
    return Sent(row.user, row.key, row.body["text"], buttons, row.state)
