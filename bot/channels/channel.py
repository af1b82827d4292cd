"""What a channel is to the rest of the program: how it receives, sends, and what it can show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.routing import BaseRoute

from bot.pace import Pace


class DeliveryError(Exception):
    """A message did not arrive; the text says why, for the log and the report."""


class LaterError(DeliveryError):
    """It may arrive later: after `seconds`; `doubt` says that it may have arrived already.

    `all_chats` says that the platform wants nothing at all before then; `spent` that it may take
    long, because a quota is used up or somebody has to look into it.
    """

    def __init__(
        self,
        why: str,
        seconds: float = 0.0,
        *,
        doubt: bool = False,
        all_chats: bool = False,
        spent: bool = False,
    ) -> None:
        self.spent = spent
        self.seconds = seconds
        self.doubt = doubt
        self.all_chats = all_chats
        super().__init__(why)


class ClosedError(DeliveryError):
    """The person does not want messages any more, or has not allowed them yet."""


class GoneError(DeliveryError):
    """It will never arrive as it is."""


class MovedError(DeliveryError):
    """The chat has another address now."""

    def __init__(self, user: str) -> None:
        self.user = user
        super().__init__("the chat has another address now")


@dataclass(frozen=True)
class Shows:
    """What a channel can show: characters in one message, in UTF-16 units."""

    limit: int


class Channel(Protocol):
    """A platform people write on, to which replies have to be sent."""

    name: str
    shows: Shows
    pace: Pace

    def routes(self) -> list[BaseRoute]:
        """Give the routes the platform calls."""

    async def run(self) -> None:
        """Receive until told to stop (by cancelling)."""

    async def close(self) -> None:
        """Close what is open, when nothing is to be sent any more."""

    async def send(self, user: str, body: Mapping[str, Any]) -> str:
        """Send one message; gives the platform's number of it, raises DeliveryError."""


RETRY = (1, 2, 5, 10, 30)
"""Seconds between tries while a platform or the database is away."""


def waits() -> Iterator[float]:
    """Give how long to wait before each further try."""
    yield from RETRY
    while True:
        yield RETRY[-1]
