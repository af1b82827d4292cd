"""Says when a message may go, so that a platform's limits are never passed: pure arithmetic."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pace:
    """What a platform takes: messages a second over all, and in one chat, with a short burst.

    A rate of 0 means no limit.
    """

    per_second: float = 0.0
    per_chat: float = 0.0
    chat_burst: int = 1


@dataclass
class Gate:
    """Gives out the moments at which messages may go (the generic cell rate algorithm).

    Times are seconds of any clock that only goes forward; the caller gives them.
    """

    pace: Pace
    _all: float = 0.0
    _chats: dict[str, float] = field(default_factory=dict)
    _closed_until: float = 0.0
    _gone: deque[float] = field(default_factory=deque)

    def reserve(self, chat: str, now: float) -> float:
        """Take a place for one message to a chat; gives the moment it may go."""
        if not self.pace.per_chat:
            return self.again(now)
        step = 1 / self.pace.per_chat
        free = self._chats.get(chat, 0.0)
        at = self.again(max(now, free - (self.pace.chat_burst - 1) * step))
        self._chats[chat] = max(free, at) + step
        if len(self._chats) > MOST_CHATS:
            self._chats = {chat: free for chat, free in self._chats.items() if free > now}
        return at

    def again(self, now: float) -> float:
        """Take a place among all chats, for a message whose own one has passed unused."""
        at = max(now, self._closed_until)
        if self.pace.per_second:
            at = max(at, self._all)
            self._all = at + 1 / self.pace.per_second
        return at

    def late(self, now: float) -> float:
        """Count a message that goes at this moment and give 0, or give how long it must still wait.

        Places are given out evenly, but whoever slept or waited for the database comes late: many
        who are late together must not go within one second.
        """
        while self._gone and self._gone[0] + 1 - now <= 0:
            self._gone.popleft()
        if self.pace.per_second and len(self._gone) >= self.pace.per_second:
            return self._gone[0] + 1 - now
        self._gone.append(now)
        return 0.0

    def close(self, until: float) -> None:
        """Let nothing go before a moment: the platform asked for it."""
        self._closed_until = max(self._closed_until, until)

    def wait(self, now: float) -> float:
        """Give the seconds until the gate is open again, 0 where it is."""
        return max(0.0, self._closed_until - now)


MOST_CHATS = 10_000
"""Chats remembered before those that may be written to again are forgotten."""
