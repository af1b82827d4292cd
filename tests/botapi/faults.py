"""What goes wrong on purpose: which calls, how, and how often, drawn with a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

ON_CALLS = frozenset(
    {
        "429",
        "500",
        "502",
        "garbage",
        "timeout_before",
        "timeout_after",
        "drop_before",
        "drop_after",
    }
)
DUPLICATE = frozenset({"duplicate"})
"""What was confirmed is given again, before what is new."""
OUT_OF_ORDER = frozenset({"out_of_order"})
KINDS = ON_CALLS | DUPLICATE | OUT_OF_ORDER
HOLD = 30.0
"""Seconds a held call waits: longer than any client's patience in the tests."""


@dataclass
class Fault:
    """What goes wrong: a kind, for which method, in which share of calls or how many times.

    `method` may also be `file` for downloads; empty means all. `status` is the code of garbage.
    """

    kind: str
    method: str = ""
    share: float = 1.0
    times: int | None = None
    retry_after: int = 1
    seconds: float = HOLD
    status: int = 502

    def __post_init__(self) -> None:
        """Refuse a kind nobody would see."""
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; there are {sorted(KINDS)}")


class Faults(list[Fault]):
    """The faults in force, in the order in which they were added."""

    def add(self, kind: str, method: str | None = None, **how: float) -> Fault:
        """Let something go wrong from now on; see Fault."""
        fault = Fault(kind, method or "", **how)  # type: ignore[arg-type] # whole numbers stay whole
        self.append(fault)
        return fault

    def draw(self, method: str, chance: random.Random, kinds: frozenset[str]) -> Fault | None:
        """Draw whether something goes wrong, in one of some ways."""
        for fault in list(self):
            if fault.kind not in kinds or fault.method not in ("", method):
                continue
            if chance.random() < fault.share:
                self._spend(fault)
                return fault
        return None

    def _spend(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.remove(fault)
