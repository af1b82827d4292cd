"""What the server knows: chats, updates not yet confirmed, presses, files, faults, rates."""

from __future__ import annotations

import itertools
import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.botapi.changed import Changed
from tests.botapi.chats import Chat, to_write_to
from tests.botapi.errors import RefusedError, bad
from tests.botapi.faults import ON_CALLS, Fault, Faults
from tests.botapi.rates import Rates

PRESS_SECONDS = 30.0
"""Seconds in which a press or a search has to be answered."""
MOST_AGAIN = 100
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Updates that come only where they are asked for by name."""
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Refusal(NamedTuple):
    """A call that was refused, and the words of the refusal."""

    method: str
    why: str


class Call(dict[str, Any]):
    """What a call that was accepted gave, with its method and the moment it came."""

    def __init__(self, at: float, method: str, given: dict[str, Any]) -> None:
        super().__init__(given)
        self.at = at
        self.method = method


@dataclass(eq=False)
class Pending:
    """An update not yet confirmed; one that comes again goes once it was given."""

    number: int
    update: Any
    again: bool = False
    given: bool = False


@dataclass
class State:
    """Everything, behind one lock; `changed` wakes who waits."""

    limited: bool = False
    clock: Callable[[], float] = time.monotonic
    seed: int = 1
    keep_calls: bool = True
    press_seconds: float = PRESS_SECONDS
    webhook_retry: float = 0.05
    webhook_at: str = ""
    """Where a proxy that ends TLS listens; empty: the webhook's own address is called."""
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: deque[Pending] = field(default_factory=deque)
    confirmed: deque[Pending] = field(default_factory=lambda: deque(maxlen=MOST_AGAIN))
    allowed: frozenset[str] = frozenset()
    calls: list[Call] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    presses: dict[str, str | None] = field(default_factory=dict)
    searches: dict[str, list[dict[str, Any]] | None] = field(default_factory=dict)
    asked_at: dict[str, float] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    menus: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    profile: dict[tuple[str, str], str] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    webhook: dict[str, Any] = field(default_factory=dict)
    webhook_error: dict[str, Any] = field(default_factory=dict)
    polls: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))
    update_numbers: Iterator[int] = field(default_factory=lambda: itertools.count(500_000))
    changed: Changed = field(default_factory=Changed)
    chance: random.Random = field(init=False)
    rates: Rates = field(init=False)

    def __post_init__(self) -> None:
        """Seed chance and start to count."""
        self.chance = random.Random(self.seed)
        self.rates = Rates(self._now)

    def _now(self) -> float:
        # Looked up each time: a test may set another clock.
        return self.clock()

    @property
    def violations(self) -> list[str]:
        """What came faster than Telegram takes."""
        return self.rates.violations

    def chat(self, number: int) -> Chat:
        """Give a chat, made when it is first named by a person."""
        return self.chats.setdefault(number, Chat(number, "group" if number < 0 else "private"))

    def may_write(self, number: Any) -> Chat:
        """Give the chat a bot writes to; raises as Telegram does where it may not."""
        return to_write_to(self.known(number))

    def known(self, number: Any) -> Chat:
        """Give a chat the bot names."""
        if number is None or number == "":
            raise bad("chat_id is empty")
        try:
            return self.chats[int(number)]
        except (KeyError, ValueError, TypeError):
            raise bad("chat not found") from None

    def count(self, chat: int) -> None:
        """Hold the limits, counting what is sent and what is changed."""
        shared = self.chat(chat).kind != "private"
        self.rates.take(chat, group=shared, limited=self.limited)

    def close(self, seconds: float) -> None:
        """Take no message for a while, as after a 429."""
        self.rates.close(seconds)

    def fault(self, method: str, kinds: frozenset[str] = ON_CALLS) -> Fault | None:
        """Draw whether this call goes wrong."""
        return self.faults.draw(method, self.chance, kinds)

    def ask(self, number: str) -> None:
        """Note when a press or a search began to wait."""
        self.asked_at[number] = self.clock()

    def answer_in_time(self, number: str) -> None:
        """Raise where an answer comes to nothing that waits."""
        asked = self.asked_at.get(number)
        if asked is None or self.clock() - asked > self.press_seconds:
            raise bad(TOO_OLD)
        del self.asked_at[number]

    def wants(self, kind: str) -> bool:
        """Tell whether the bot asked for such updates."""
        return kind in self.allowed if self.allowed else kind not in UNASKED

    def refuse(self, method: str, refused: RefusedError) -> None:
        """Log a refusal."""
        self.refusals.append(Refusal(method, str(refused)))
