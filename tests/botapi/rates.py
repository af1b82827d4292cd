"""How fast messages come: Telegram's limits, the highest rates seen, and what went too fast."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.botapi.errors import too_many

PER_SECOND = 30
BURST = 3
"""Messages a private chat takes at once; then one a second."""
PER_MINUTE = 20
"""Messages a group takes in a minute."""
_SLACK = 0.3
"""The part of a message by which the way here may have shortened a pause."""
_ON_THE_WAY = 0.3
"""Seconds in which a message may come that was sent before a 429 was read."""
MOST_VIOLATIONS = 1000


@dataclass
class Rates:
    """Counts every message; says which went too fast, and refuses it where limits are on."""

    clock: Callable[[], float]
    violations: list[str] = field(default_factory=list)
    highest: int = 0
    highest_in: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    _all: deque[float] = field(default_factory=deque)
    _chats: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _level: dict[int, tuple[float, float]] = field(default_factory=dict)
    _closed_from: float = math.inf
    _closed_until: float = -math.inf

    def take(self, chat: int, *, group: bool, limited: bool) -> None:
        """Count a message; raises a 429 where it is too fast and limits are on."""
        now = self.clock()
        why, wait = self._too_fast(chat, group, now)
        if why:
            self._complain(f"{why} (chat {chat})")
            if limited:
                raise too_many(max(1, math.ceil(wait)))
        self._note(chat, group, now)

    def close(self, seconds: float) -> None:
        """Take no message for a while, as after a 429; what comes anyway is a violation."""
        # A client counts from when it reads the answer, which is later than now: no slack needed,
        # but whole seconds are rounded on the way.
        now = self.clock()
        if now >= self._closed_until:
            self._closed_from = now + _ON_THE_WAY
        self._closed_until = max(self._closed_until, now + seconds - 0.5)

    def _too_fast(self, chat: int, group: bool, now: float) -> tuple[str, float]:
        if self._closed_from <= now < self._closed_until:
            return "a message while asked to wait", self._closed_until - now
        _forget(self._all, now - 1)
        if len(self._all) >= PER_SECOND:
            return f"{len(self._all) + 1} messages in a second", self._all[0] + 1 - now
        if group:
            own = self._chats[chat]
            _forget(own, now - 60)
            wait = own[0] + 60 - now if own else 0
            why = f"{len(own) + 1} messages to a group in a minute"
            return (why, wait) if len(own) >= PER_MINUTE else ("", 0)
        over = self._filled(chat, now) + 1 - BURST - _SLACK
        return ("more than one message a second to one chat", over) if over > 0 else ("", 0)

    def _filled(self, chat: int, now: float) -> float:
        """Give how full a private chat's bucket is, which empties by one a second."""
        level, at = self._level.get(chat, (0.0, now))
        return max(0.0, level - (now - at))

    def _note(self, chat: int, group: bool, now: float) -> None:
        if not group:
            self._level[chat] = (self._filled(chat, now) + 1, now)
            _forget(self._chats[chat], now - 1)
        own = self._chats[chat]
        self._all.append(now)
        own.append(now)
        self.highest = max(self.highest, len(self._all))
        recent = sum(at > now - 1 for at in own) if group else len(own)
        self.highest_in[chat] = max(self.highest_in[chat], recent)

    def _complain(self, why: str) -> None:
        if len(self.violations) < MOST_VIOLATIONS:
            self.violations.append(why)


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
