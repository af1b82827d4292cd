"""Whatever two senders do, no message is lost, doubled in silence, or overtakes another."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from collections.abc import Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from db import leases
from db.engine import open_engine, upgrade
from db.leases import End
from db.outbox import ANNOUNCEMENT, INTERACTIVE, REMINDER, Outgoing
from tests.test_database import NOON, Found, using
from tests.test_outbox import everything, put, take

__all__ = ["TestQueue"]
USERS = ("an", "binh")


@functools.cache
def new_database() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "new.db"
        using(f"sqlite+aiosqlite:///{file}", upgrade)
        return file.read_bytes()


class Queue(RuleBasedStateMachine):
    """Two senders that add, take, settle, give back, are late and crash, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        file = Path(self.folder.name) / "q.db"
        file.write_bytes(new_database())
        self.loop = asyncio.new_event_loop()
        self.engine = open_engine(f"sqlite+aiosqlite:///{file}")
        self.now = NOON
        self.added = 0
        self.hands: dict[str, list[Outgoing]] = {"a": [], "b": []}
        self.maybe: set[int] = set()
        """Messages that may have arrived already."""
        self.again: set[int] = set()
        """Messages that were taken once more although they may have arrived."""
        self.ended: dict[int, tuple[str, str]] = {}

    def run(self, work: Coroutine[Any, Any, Found]) -> Found:
        return self.loop.run_until_complete(work)

    def rows(self) -> list[Any]:
        return self.run(everything(self.engine))

    def teardown(self) -> None:
        try:
            self.everything_ends()
        finally:
            self.run(self.engine.dispose())
            self.loop.close()
            self.folder.cleanup()

    def everything_ends(self) -> None:
        for _ in range(self.added):
            self.now += dt.timedelta(minutes=10)
            self.take_as("a")
            while self.hands["a"]:
                self.settle("a", "sent")
        for row in self.rows():
            assert row.state != "queued"
            assert row.state != "expired" or row.id not in self.maybe
            assert row.state != "sent" or row.id not in self.again

    @rule(
        user=st.sampled_from(USERS),
        priority=st.sampled_from([INTERACTIVE, REMINDER, ANNOUNCEMENT]),
        later=st.sampled_from([0, 0, 90]),
        lives=st.sampled_from([None, None, 150]),
    )
    def add(self, user: str, priority: int, later: int, lives: int | None) -> None:
        how = {"user": user, "priority": priority, "now": self.now}
        start = self.now + dt.timedelta(seconds=later)
        over = None if lives is None else self.now + dt.timedelta(seconds=lives)
        added = put(self.engine, f"k{self.added}", **how, not_before=start, expires=over)
        assert self.run(added) is not None
        self.added += 1

    @rule(by=st.sampled_from("ab"))
    def take_as(self, by: str) -> None:
        before = {row.id: row for row in self.rows()}
        found = self.run(take(self.engine, by=by, now=self.now))
        assert len({row.user for row in found}) == len(found)
        others = [row for row in self.rows() if row.state == "queued"]
        for row in found:
            was = before[row.id].lease_until
            assert was is None or was < self.now, "nobody else holds it"
            for other in others:
                if other.user == row.user and other.id != row.id:
                    self.check_order(row, other)
            assert row.doubt == (row.id in self.maybe)
            assert not row.doubt or row.priority == INTERACTIVE
            (self.again if row.id in self.maybe else self.maybe).add(row.id)
        self.hands[by] += found

    def check_order(self, row: Outgoing, other: Any) -> None:
        assert other.lease_until is None or other.lease_until < self.now
        comes = other.priority == INTERACTIVE or other.not_before <= self.now
        assert not comes or (row.priority, row.id) < (other.priority, other.id)

    def ours(self, row: Outgoing, by: str) -> bool:
        (kept,) = [kept for kept in self.rows() if kept.id == row.id]
        return bool(kept.state == "queued" and kept.lease_by == by)

    @rule(by=st.sampled_from("ab"), state=st.sampled_from(["sent", "failed", "blocked"]))
    def settle(self, by: str, state: End) -> None:
        if self.hands[by]:
            row = self.hands[by].pop()
            ours = self.ours(row, by)
            assert self.run(self._settle(row.id, by, state)) == ours

    @rule(by=st.sampled_from("ab"), seconds=st.sampled_from([0, 30, 100]))
    def postpone(self, by: str, seconds: int) -> None:
        if self.hands[by]:
            row = self.hands[by].pop()
            ours = self.ours(row, by)
            until = self.now + dt.timedelta(seconds=seconds)
            assert self.run(self._postpone(row.id, by, until)) == ours
            if ours and not row.doubt:
                self.maybe.discard(row.id)

    @rule(crashing=st.sampled_from(["", "", "a", "b"]), seconds=st.sampled_from([20, 70, 200]))
    def wait(self, crashing: str, seconds: int) -> None:
        self.hands[crashing] = []
        self.now += dt.timedelta(seconds=seconds)

    @invariant()
    def nothing_is_lost_and_what_ended_stays(self) -> None:
        rows = self.rows()
        assert len(rows) == self.added
        ended = {row.id: (row.state, row.reason) for row in rows if row.state != "queued"}
        assert self.ended.items() <= ended.items()
        self.ended = ended

    async def _settle(self, number: int, by: str, state: End) -> bool:
        async with self.engine.begin() as conn:
            return await leases.settle(conn, number, by=by, state=state, now=self.now)

    async def _postpone(self, number: int, by: str, until: dt.datetime) -> bool:
        async with self.engine.begin() as conn:
            return await leases.postpone(conn, number, by=by, not_before=until)


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=12, stateful_step_count=40, deadline=None)
