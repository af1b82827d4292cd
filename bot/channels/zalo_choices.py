"""What somebody may choose by typing: what they were shown last, from memory or from the queue."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from bot.channels.remembered import Remembered
from bot.channels.zalo_text import Choice, Rows, chosen
from bot.turn import Service, UnavailableError
from db import people
from db.engine import DatabaseError, reading_errors
from db.last_sent import last_sent
from handlers.message import Request

HOLD = dt.timedelta(days=3)
"""How long a number means what was offered; about as long as the database knows who wrote when."""


class Shown(NamedTuple):
    """The buttons of a message, the words above them, and when it was shown."""

    at: dt.datetime
    rows: Rows
    text: str


def _shown(at: dt.datetime, body: Mapping[str, Any]) -> Shown:
    return Shown(at, body.get("buttons", ()), str(body.get("text", "")))


class Choices:
    """What people on one channel were shown last.

    The sender says what it showed. Only it knows all: what belongs to a form is kept nowhere. After
    a restart, or where another process sent since, the queue tells the rest.
    """

    def __init__(self, service: Service, channel: str) -> None:
        self.service = service
        self.channel = channel
        self.shown = Remembered[Shown]()

    @contextlib.contextmanager
    def showing(self, user: str, body: Mapping[str, Any]) -> Iterator[None]:
        """Remember what somebody is shown: an answer may be here before Zalo says “sent”.

        What could not be sent was not shown.
        """
        before = self.shown.get(user)
        self.shown[user] = _shown(self.service.clock(), body)
        try:
            yield
        except BaseException:
            self.shown.pop(user, None)
            if before:
                self.shown[user] = before
            raise

    async def read(self, request: Request) -> Request:
        """Turn typed words into the press they stand for; raises UnavailableError."""
        user = request.sender.user
        if request.action or not request.text:
            return request
        found = await choice_of(
            self.service, self.channel, user, request.text, self.shown.get(user)
        )
        return replace(request, text=found[0], action=found[1]) if found else request

    async def lang(self, user: str) -> str:
        """Give somebody's language, for the few words the channel itself says beside choices."""
        with contextlib.suppress(DatabaseError), reading_errors():
            async with self.service.engine.connect() as conn:
                person = await people.find(conn, self.channel, user)
                return person.lang if person else "vi"
        return "vi"


async def choice_of(
    service: Service, channel: str, user: str, text: str, shown: Shown | None = None
) -> Choice | None:
    """Give the choice somebody typed out of what they were shown last; raises UnavailableError.

    `shown` is what this process showed last, if it did.
    """
    last = await _newest(service, channel, user, shown)
    if last is None or service.clock() - last.at > HOLD:
        return None
    return chosen(text, last.rows, last.text)


async def _newest(service: Service, channel: str, user: str, shown: Shown | None) -> Shown | None:
    try:
        with reading_errors():
            async with service.engine.connect() as conn:
                sent = await last_sent(conn, channel, user)
    except DatabaseError as error:
        raise UnavailableError(str(error)) from error
    if sent is None or (shown is not None and shown.at >= sent.at):
        return shown
    return _shown(sent.at, sent.body)
