"""Sends what is queued: at once from memory, and whatever a crash or the platform left over."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from weakref import WeakValueDictionary

from bot import elsewhere
from bot.channels.channel import (
    Channel,
    ClosedError,
    DeliveryError,
    GoneError,
    LaterError,
    MovedError,
)
from bot.metrics import SENT
from bot.pace import Gate
from bot.post import Post
from db import leases, people
from db.engine import Connection, Engine, scrub
from db.leases import End, Settled
from db.outbox import ANNOUNCEMENT, INTERACTIVE, Outgoing

LOG = logging.getLogger("motcua.deliver")
LEASE = dt.timedelta(seconds=60)
"""How long a message is ours to send; afterwards another process may take it."""
HELD = 15.0
"""Seconds a message is held for the pace at most; well below its lease."""
AT_ONCE = 16
"""Messages in flight together."""
PAUSE = 0.5
"""Seconds between two looks into the queue when it was empty."""
LONGEST_WAIT = 45.0
"""Seconds between two tries at most, each failure doubles the wait: an outage that is over must not
go on for us."""


class Ended(NamedTuple):
    """How a message ended: in which state, why, and the platform's number of it."""

    row: Outgoing
    state: End
    reason: str
    sent_id: str


class Deliverer:
    """The sender of a channel in this process; it sends while the channel's post is held here."""

    def __init__(
        self,
        engine: Engine,
        channel: Channel,
        clock: Callable[[], dt.datetime],
        unseal: Callable[[str], str] = str,
        post: Post | None = None,
    ) -> None:
        self.unseal = unseal
        self.post = post or Post(engine)
        self.engine = engine
        self.channel = channel
        self.clock = clock
        self.name = f"{channel.name}-{secrets.token_hex(4)}"
        self.gate = Gate(channel.pace)
        self.free = asyncio.Semaphore(AT_ONCE)
        self.tasks: set[asyncio.Task[None]] = set()
        self.chats: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """A lock stays as long as somebody holds it or waits for it: nobody overtakes."""
        self.ends: list[Ended] = []
        self.unsent: list[Outgoing] = []
        """Messages we hold that did not go because the post or the database was lost."""
        self.settling = asyncio.Lock()

    def lease_until(self, now: dt.datetime) -> dt.datetime:
        """Say until when a message taken now is ours."""
        return now + LEASE

    def hand_over(self, rows: Iterable[Outgoing]) -> None:
        """Send messages that were queued a moment ago under our lease, each chat in order."""
        for row in rows:
            task = asyncio.create_task(self._send_in_order(row))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def take_due(self) -> int:
        """Take some messages that are due and begin to send them; gives how many."""
        await self._catch_up()
        found = await self._lease()
        self.hand_over(found)
        return len(found)

    async def run(self) -> None:
        """Send what is due until cancelled; only the process that holds the post may."""
        await self.reclaim()
        if self.channel.pace.per_second:
            # Whoever sent until now, perhaps killed a moment ago, may have filled this second.
            self.gate.close(_now() + 1)
        while True:
            try:
                found = await self.take_due()
            # The database may be away for a while: nothing is lost, the next look finds it.
            except Exception:
                LOG.exception("the queue cannot be read")
                found = 0
            if not found and len(self.tasks) < AT_ONCE:
                await asyncio.sleep(PAUSE)
            else:
                await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)

    async def drain(self) -> None:
        """Wait for what is in flight."""
        while self.tasks:
            await asyncio.wait(self.tasks)

    async def reclaim(self) -> None:
        """End the leases of whoever held the post before: who holds it now is the only one."""
        try:
            async with self.engine.begin() as conn:
                await leases.reclaim(conn, self.channel.name, by=self.name, now=self.clock())
        # The door: the leases then run out by themselves.
        except Exception:
            LOG.exception("leases of an earlier run stand")

    async def _lease(self) -> list[Outgoing]:
        room = AT_ONCE - len(self.tasks)
        if room <= 0 or self.gate.wait(_now()):
            return []
        async with self.engine.begin() as conn:
            now = self.clock()
            until = self.lease_until(now)
            return await leases.lease(
                conn, self.channel.name, by=self.name, now=now, until=until, limit=room
            )

    async def _send_in_order(self, row: Outgoing) -> None:
        lock = self.chats.setdefault(self._chat(row), asyncio.Lock())
        try:
            async with lock:
                await self._send_at_its_time(row)
        # The door: the lease runs out and the message is found again.
        except Exception:
            LOG.exception("a message could not be settled", extra={"row": row.id})

    async def _send_at_its_time(self, row: Outgoing) -> None:
        """Wait for the pace; what would have to wait long is given back: a lease runs out."""
        if not await self._waited(row, self.gate.reserve(self._chat(row), _now())):
            return
        behind = self.free.locked()
        async with self.free:
            # All that waited behind slow calls, or until the platform wants more, must not go at
            # once: each takes a new place.
            while behind or self.gate.wait(_now()):
                behind = False
                if not await self._waited(row, self.gate.again(_now())):
                    return
            if await self._may_go(row):
                await self._send(row)

    def _chat(self, row: Outgoing) -> str:
        """Name the chat a message goes to: sealed, it would have another name each time."""
        with contextlib.suppress(GoneError):
            return self.unseal(row.user)
        return row.user

    async def _waited(self, row: Outgoing, at: float) -> bool:
        """Wait until a moment; False where that is long, and the message was given back."""
        wait = at - _now()
        if wait > HELD:
            await self._later(row, LaterError("the platform asked to wait", wait))
            return False
        await asyncio.sleep(wait)
        return True

    async def _may_go(self, row: Outgoing) -> bool:
        """Look once more before a message goes; what cannot go now is given back later."""
        if not self.post.held:
            self.unsent.append(row)
            return False
        try:
            return row.priority != ANNOUNCEMENT or await self._still_wanted(row)
        except Exception:
            self.unsent.append(row)
            raise

    async def _send(self, row: Outgoing) -> None:
        wait = self.gate.late(_now())
        while wait:
            await asyncio.sleep(wait)
            wait = self.gate.late(_now())
        try:
            sent = await self.channel.send(self.unseal(row.user), row.body)
        except MovedError as moved:
            await self._move(row, moved.user)
        except LaterError as later:
            await self._later(row, later)
        except ClosedError as closed:
            await self._settle(row, "blocked", str(closed))
        except GoneError as gone:
            await self._settle(row, "failed", str(gone))
        except DeliveryError as error:
            await self._later(row, LaterError(str(error)))
        # It would go wrong each time, and whatever comes after it in the chat would wait.
        except (TypeError, ValueError, LookupError) as error:
            LOG.exception("a message cannot be sent as it is", extra={"row": row.id})
            await self._settle(row, "failed", type(error).__name__)
        else:
            await self._settle(row, "sent", sent_id=sent)

    async def _still_wanted(self, row: Outgoing) -> bool:
        """Look once more before an announcement goes: what was paused or refused is given back."""
        async with self.engine.begin() as conn:
            wanted = await leases.still_wanted(conn, row.id, by=self.name)
            if not wanted:
                await leases.postpone(conn, row.id, by=self.name, not_before=self.clock())
        return wanted

    async def _settle(self, row: Outgoing, state: End, reason: str = "", sent_id: str = "") -> None:
        """Write down how a message ended, in one transaction with all that end meanwhile."""
        self.ends.append(Ended(row, state, reason, sent_id))
        await self._write_ends()
        SENT.labels(self.channel.name, state).inc()

    async def _write_ends(self) -> None:
        """Write down all that ended; what the database does not take stays to be written."""
        async with self.settling:
            ends = list(self.ends)
            if ends:
                async with self.engine.begin() as conn:
                    await self._end(conn, ends)
                del self.ends[: len(ends)]
                # What belongs to nobody any more must not stay in the database's log either.
                if any(_is_last_word(end.row) for end in ends):
                    await scrub(self.engine)

    async def _catch_up(self) -> None:
        """Do what could not be written while the database was away."""
        await self._write_ends()
        while self.unsent:
            async with self.engine.begin() as conn:
                now = self.clock()
                await leases.postpone(conn, self.unsent[-1].id, by=self.name, not_before=now)
            self.unsent.pop()

    async def _end(self, conn: Connection, ends: Sequence[Ended]) -> None:
        now = self.clock()
        ended = [end for end in ends if not await self._goes_elsewhere(conn, end)]
        settled = [
            Settled(end.row.id, end.state, end.reason, end.sent_id)
            for end in ended
            if not _is_last_word(end.row)
        ]
        await leases.settle_all(conn, settled, by=self.name, now=now)
        for row, _, _, _ in ended:
            if _is_last_word(row):
                await leases.forget(conn, row.id, by=self.name)  # the last word to one erased
            elif row.body.get("files"):
                await leases.forget_files(conn, row)

    async def _goes_elsewhere(self, conn: Connection, end: Ended) -> bool:
        if end.state != "blocked":
            return False
        name, now = self.channel.name, self.clock()
        return await elsewhere.bounced(conn, end.row, name, end.reason, by=self.name, now=now)

    async def _later(self, row: Outgoing, later: LaterError) -> None:
        """Try again after a while; what may have arrived is repeated only as an answer."""
        if later.doubt and row.priority != INTERACTIVE:
            await self._settle(row, "unknown", str(later))
            return
        if later.spent:
            async with self.engine.begin() as conn:
                if await elsewhere.spent(conn, row, self.channel.name, str(later), by=self.name):
                    return
        wait = later.seconds or min(2.0 ** min(row.tries - 1, 9), LONGEST_WAIT)
        if later.all_chats:
            self.gate.close(_now() + wait)
        async with self.engine.begin() as conn:
            until = self.clock() + dt.timedelta(seconds=wait)
            await leases.postpone(conn, row.id, by=self.name, not_before=until, doubt=later.doubt)
        SENT.labels(self.channel.name, "later").inc()

    async def _move(self, row: Outgoing, user: str) -> None:
        async with self.engine.begin() as conn:
            await people.move(conn, self.channel.name, row.user, user)
            await leases.postpone(conn, row.id, by=self.name, not_before=self.clock())


def _now() -> float:
    return asyncio.get_running_loop().time()


def _is_last_word(row: Outgoing) -> bool:
    """Tell whether a message belongs to nobody: the person was erased, or wanted nothing kept."""
    return row.person_id is None and row.priority == INTERACTIVE
