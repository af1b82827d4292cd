"""Messages to people who are reached by no platform: they wait in the conversation itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from starlette.routing import BaseRoute

from bot.channels.channel import GoneError, Shows
from bot.pace import Pace
from db import messages, people
from db.engine import Engine


class Inbox:
    """Web chat or terminal as a place to leave a message: it is seen when the person looks."""

    shows = Shows(100_000)
    pace = Pace()

    def __init__(self, name: str, engine: Engine, clock: Callable[[], dt.datetime]) -> None:
        self.name = name
        self.engine = engine
        self.clock = clock

    def routes(self) -> list[BaseRoute]:
        """There is nothing of its own to serve."""
        return []

    async def run(self) -> None:
        """There is nothing to receive here."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def send(self, user: str, body: Mapping[str, Any]) -> str:
        """Add the message to the conversation; gives its number, raises GoneError."""
        async with self.engine.begin() as conn:
            person = await people.find(conn, self.name, user)
            if person is None:
                raise GoneError("this person is not known any more")
            drawn = {"buttons": body.get("buttons", []), "refs": [], "notice": "", "subject": ""}
            number = await messages.add(
                conn, person, body["text"], drawn, mine=False, now=self.clock()
            )
        return str(number)
