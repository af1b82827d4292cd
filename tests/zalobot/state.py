"""What the server knows: updates that wait, what the bot sent, what goes wrong on purpose."""

from __future__ import annotations

import itertools
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.changed import Changed
from tests.botapi.faults import Faults

TOKEN = "4711:geheim-" + "t" * 30
MOST_MESSAGES, MOST_PEOPLE = 3000, 50
"""What the Basic account may send in a month, and to how many."""


class RefusedError(Exception):
    """A call that is not accepted, with the code of Zalo's envelope."""

    def __init__(self, code: int, why: str) -> None:
        self.code = code
        super().__init__(why)


@dataclass
class State:
    """One bot's side of Zalo."""

    errors_as_status: bool = False
    quota: int = MOST_MESSAGES
    updates: deque[dict[str, Any]] = field(default_factory=deque)
    handed_out: list[str] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    webhook: dict[str, str] = field(default_factory=dict)
    deliveries: list[int] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    polling: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    changed: Changed = field(default_factory=Changed)
    chance: random.Random = field(default_factory=lambda: random.Random(5))
