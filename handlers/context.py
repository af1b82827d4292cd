"""What a handler is given besides the request: memory, words, search, person, clock, language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from content.catalogue import Translator
from content.whole import Content
from db.dialogs import Dialog
from db.engine import Connection
from db.people import Person
from db.roles import Role
from handlers.message import Address, Reply, Request
from handlers.search.index import Index

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Context:
    """One message's surroundings; `now` is aware, `t` speaks the person's language.

    `roles` are what the person may act as, read from the memory for this message; `dialog` is the
    form they are in; `menu_of` lists the commands that some roles allow; `seal` makes an address
    unreadable without a key outside the database ("" where there is none).
    """

    conn: Connection
    content: Content
    index: Index
    person: Person
    now: dt.datetime
    t: Translator
    roles: frozenset[Role] = frozenset()
    dialog: Dialog | None = None
    seal: Callable[[Address], str] = field(default=lambda _: "", repr=False)
    menu_of: Callable[[frozenset[Role]], tuple[tuple[str, str], ...]] = field(
        default=lambda _: (), repr=False
    )

    def old_button(self) -> Reply:
        """Answer a button that says nothing any more."""
        return Reply(
            self.t("This button is from an older conversation. Please ask again in words.")
        )

    def not_here(self) -> Reply:
        """Answer, where others read along, what is for one person alone."""
        return Reply(self.t("Others read along here. Please write to me alone for this."))

    @property
    def today(self) -> dt.date:
        """The day in the province."""
        return self.now.astimezone(ZONE).date()


Handler = Callable[[Request, Context], Awaitable[Reply]]
