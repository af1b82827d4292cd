"""What the server knows: tokens, people and when they last wrote, messages, and what goes wrong."""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

LIVES = dt.timedelta(hours=25)
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
FREE, PAID = dt.timedelta(hours=48), dt.timedelta(days=7)
APP_ID, APP_SECRET, OA_SECRET = "4114", "app-geheim-8d1f", "oa-geheim-77aa"
FIRST = "refresh-erst-5c2b"
"""The refresh token an administrator copied into the settings."""


class RefusedError(Exception):
    """The server says no, with a code."""

    def __init__(self, code: int, why: str = "refused") -> None:
        self.code = code
        super().__init__(why)


@dataclass
class Clock:
    """The time, which a test may put forward."""

    ahead: dt.timedelta = dt.timedelta()

    def __call__(self) -> dt.datetime:
        """Give the time."""
        return dt.datetime.now(dt.UTC) + self.ahead

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.ahead += dt.timedelta(**by)


@dataclass
class Person:
    """Somebody on Zalo, as the account sees them."""

    last: dt.datetime | None = None
    follows: bool = True
    shown: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Failure:
    """What goes wrong, on which path, and how many times."""

    kind: str
    path: str
    times: int
    code: int = 0


@dataclass
class State:
    """One account and one application."""

    clock: Clock = field(default_factory=Clock)
    refresh: str = FIRST
    access: str = ""
    until: dt.datetime = LONG_AGO
    secrets: set[str] = field(default_factory=lambda: {APP_SECRET, OA_SECRET, FIRST})
    people: dict[str, Person] = field(default_factory=dict)
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    """Path and answer of every call; an error of HTTP counts as its status."""
    per_minute: int | None = None
    minute: list[dt.datetime] = field(default_factory=list)
    used: Callable[[str], None] = lambda _: None
    """Told every access token that comes along, before anything is done with it."""
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    changed: threading.Condition = field(default_factory=threading.Condition)

    def fail(self, kind: str, path: str, *, times: int = 1, code: int = 0) -> None:
        """Let something go wrong from now on, so many times."""
        self.failures.append(Failure(kind, path, times, code))

    def draw(self, path: str) -> Failure | None:
        """Give what goes wrong with this call."""
        for failure in self.failures:
            if failure.path == path and failure.times:
                failure.times -= 1
                return failure
        return None

    def grant(self, given: str) -> dict[str, str]:
        """Spend a refresh token: it and the access token before it end at once."""
        if given != self.refresh:
            raise RefusedError(-14014, "refresh token")
        number = next(self.numbers)
        self.access = f"access-{number}-{secrets.token_hex(8)}"
        self.refresh = f"refresh-{number}-{secrets.token_hex(8)}"
        self.secrets |= {self.access, self.refresh}
        self.until = self.clock() + LIVES
        lives = str(int(LIVES.total_seconds()))
        return {"access_token": self.access, "refresh_token": self.refresh, "expires_in": lives}

    def authorise(self, given: str | None) -> None:
        """Refuse a token that is wrong or old."""
        if not given or given != self.access:
            raise RefusedError(-216, "access token is invalid")
        self.used(given)
        if self.clock() >= self.until:
            raise RefusedError(-220, "access token is expired")

    def count(self) -> None:
        """Refuse what is more than the package takes in a minute."""
        now = self.clock()
        self.minute = [at for at in self.minute if now - at < dt.timedelta(minutes=1)]
        if self.per_minute is not None and len(self.minute) >= self.per_minute:
            raise RefusedError(-32, "limit")
        self.minute.append(now)

    def reach(self, user: str) -> tuple[Person, str]:
        """Give a person who may be written to, and what pays for it."""
        person = self.people.get(user)
        if person is None:
            raise RefusedError(-201, "user_id is invalid")
        if not person.follows:
            raise RefusedError(-213, "has not followed")
        age = self.clock() - person.last if person.last else PAID * 2
        if age > PAID:
            raise RefusedError(-230, "has not interacted")
        return person, "reply" if age <= FREE else "sub_quota"
