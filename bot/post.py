"""Who sends and asks the platforms: of several processes on one database, one at a time.

Whoever holds a post writes a beat every second. Whoever waits for it watches the beats by a clock
of its own, and takes the post when they have stopped. So no clocks of machines are compared, and
nobody takes it because the database was away for everybody.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from time import monotonic

from bot.metrics import HOLDS
from db import facts
from db.engine import Connection, Engine, beside

LOG = logging.getLogger("motcua.post")
FACT = "post"
BEAT = 1.0
"""Seconds between two beats, and between two looks."""
HOLD, SILENCE, ANSWER = 3.5, 5.0, 2.0
"""In beats: how long one lets its holder work, who stops by himself without another; how long
nobody may be heard before the next takes over, longer, so that never two work at once; how long the
database may take."""


class Post:
    """A post that one process holds. On SQLite there is one process, and it always does."""

    def __init__(self, engine: Engine, beat: float = BEAT) -> None:
        self.engine = engine
        self.beat = beat
        self.me = secrets.token_hex(8)
        self.alone = engine.dialect.name == "sqlite"
        self.until = 0.0
        self.seen, self.since = "", 0.0
        self.ours, self.lost = asyncio.Event(), asyncio.Event()

    @property
    def held(self) -> bool:
        """Tell whether this process is the one that sends now."""
        return self.alone or monotonic() < self.until

    async def keep(self) -> None:
        """Hold the post, or wait for it, until cancelled."""
        own = beside(self.engine)  # a beat must not wait behind people's messages
        try:
            while True:
                await self._try(own)
                await asyncio.sleep(self.beat)
        finally:
            await own.dispose()

    async def _try(self, engine: Engine) -> None:
        """Write a beat, or look for those of another, and tell who waits for a change."""
        begun = monotonic()
        try:
            async with asyncio.timeout(ANSWER * self.beat), engine.begin() as conn:
                holds = await self._beat(conn, begun)
        # The door: without the database nobody holds anything, and nobody's silence counts.
        except Exception as error:  # noqa: BLE001
            LOG.warning("the post cannot be kept", extra={"why": type(error).__name__})
            self.seen, holds = "", self.held
        else:
            self.until = begun + HOLD * self.beat if holds else 0.0
        self._tell(holds=holds)

    async def while_held(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do some work whenever the post is ours; it is cancelled when the post is lost."""
        while not self.alone:
            await self.ours.wait()
            doing = asyncio.ensure_future(work())
            losing = asyncio.create_task(self.lost.wait())
            try:
                await asyncio.wait({doing, losing}, return_when=asyncio.FIRST_COMPLETED)
                if doing.done():
                    return doing.result()
            finally:
                doing.cancel()
                losing.cancel()
                await asyncio.gather(doing, losing, return_exceptions=True)
        return await work()

    async def leave(self) -> None:
        """Give the post up, so that another need not wait; a database that is away is no matter."""
        if self.alone or not self.held:
            return
        self.until = 0.0
        try:
            async with asyncio.timeout(ANSWER * self.beat), self.engine.begin() as conn:
                found = await facts.get(conn, FACT) or ""
                if found.startswith(self.me):
                    await facts.put(conn, FACT, "")
        # The door: then the others wait for the silence.
        except Exception as error:  # noqa: BLE001
            LOG.warning("the post cannot be given up", extra={"why": type(error).__name__})

    async def _beat(self, conn: Connection, now: float) -> bool:
        """Write a beat if the post is ours or free; tells whether it is ours."""
        found = await facts.put_first(conn, FACT, "")
        holder, _, count = found.partition(" ")
        if holder != self.me and not self._silent(found, now):
            return False
        following = int(count or 0) + 1 if holder == self.me else 1
        return await facts.swap(conn, FACT, found, f"{self.me} {following}")

    def _silent(self, found: str, now: float) -> bool:
        """Tell whether nobody holds the post: it was given up, or its beats have stopped."""
        if found != self.seen:
            self.seen, self.since = found, now
        return not found or now - self.since >= SILENCE * self.beat

    def _tell(self, *, holds: bool) -> None:
        """Wake who waits for a change."""
        HOLDS.set(holds)
        if holds != self.ours.is_set():
            LOG.info("this process sends now" if holds else "another process may send now")
        (self.ours.set if holds else self.ours.clear)()
        (self.lost.clear if holds else self.lost.set)()
