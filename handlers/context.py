"""What a handler is given besides the request: memory, words, search, person, clock, language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from content.catalogue import Translator
from content.load import Content
from db.engine import Connection
from db.people import Person
from handlers.message import Reply, Request
from handlers.search.index import Index

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Context:
    """One message's surroundings; `now` is aware, `t` speaks the person's language."""

    conn: Connection
    content: Content
    index: Index
    person: Person
    now: dt.datetime
    t: Translator

    @property
    def today(self) -> dt.date:
        """The day in the province."""
        return self.now.astimezone(ZONE).date()


Handler = Callable[[Request, Context], Awaitable[Reply]]
