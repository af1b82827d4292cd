"""Who the bot can reach: people who block it, groups that take it in, put it out, or move."""

from __future__ import annotations

from typing import Any

from tests.botapi import updates
from tests.botapi.chats import ME, Chat, Shown, message_json
from tests.botapi.people import People

_MOVED = 1_000_000_000_000
"""A supergroup's number is this much lower than the group's, as on Telegram they never meet."""


class Members(People):
    """People who can also change whether the bot may write to them."""

    def block(self, user: int, *, blocked: bool = True) -> int:
        """Block the bot, or take it back."""
        with self.state.changed:
            chat = self.open(user)
            chat.blocked = blocked
            old, new = ("member", "kicked") if blocked else ("kicked", "member")
            return self.member(chat, user, old, new)

    def unblock(self, user: int) -> int:
        """Take the bot back."""
        return self.block(user, blocked=False)

    def join(self, group: int, user: int, title: str = "") -> int:
        """Take the bot into a group; gives the number of the news of it."""
        with self.state.changed:
            chat = self.open(user, group)
            chat.left, chat.name = False, title or chat.name
            number = self.member(chat, user, "left", "member")
            self._news(chat, user, new_chat_members=[ME])
            return number

    def leave(self, group: int, user: int) -> int:
        """Put the bot out of a group."""
        with self.state.changed:
            chat = self.open(user, group)
            chat.left = True
            return self.member(chat, user, "member", "left")

    def upgrade(self, group: int, to: int) -> None:
        """Make a group a supergroup with another number, which the bot learns when it writes."""
        with self.state.changed:
            self.state.chat(group).moved_to = to
            new = self.state.chat(to)
            new.kind, new.open = "supergroup", True
            self.state.changed.notify_all()

    def migrate(self, group: int, user: int, to: int | None = None) -> int:
        """Make a group a supergroup, and tell the bot as Telegram does; gives the new number."""
        with self.state.changed:
            new = to or group - _MOVED
            self.upgrade(group, new)
            self._news(self.state.chat(group), user, migrate_to_chat_id=new)
            self._news(self.state.chat(new), user, migrate_from_chat_id=group)
            return new

    def _news(self, chat: Chat, user: int, **content: Any) -> None:
        number = next(self.state.numbers)
        shown = Shown(number, False, "", content=content, sender=self.person(user))
        updates.put(self.state, "message", message_json(chat, shown))
