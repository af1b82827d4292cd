"""Keeps Zalo's tokens: a refresh token works once, so one renews for all, and saves before use."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx

from bot.channels.channel import LaterError
from db import facts
from db.engine import Connection, DatabaseError, Engine, reading_errors
from db.turnstile import one_at_a_time

LOG = logging.getLogger("motcua.zalo")
PAIR, LEASE, LOST = "zalo-oa.tokens", "zalo-oa.refreshing", "zalo-oa.lost"
"""The facts: the pair that holds, until when somebody renews it, and what Zalo refused for good."""
EARLY = dt.timedelta(hours=5)
"""A token lives 25 hours: it is renewed after 20, while the old one still works."""
LEASED = dt.timedelta(seconds=60)
"""How long one process may take to renew; well above PATIENCE."""
PATIENCE = 15.0
"""Seconds the OAuth server is given."""
AGAIN = 30.0
"""Seconds between two tries while the OAuth server is away."""
NEVER = 600.0
"""Seconds between two looks while only a person can help."""
LIVES = 3600
"""Seconds a token is taken to live where the answer does not say it."""
NEEDED = "Zalo refused the refresh token: a new BOT_ZALO_OA_REFRESH_TOKEN is needed"


@dataclass(frozen=True)
class Grant:
    """What an administrator of the account gave us: the application, and a first refresh token."""

    oauth_url: str
    app_id: str
    app_secret: str = field(repr=False)
    refresh: str = field(repr=False)

    @property
    def seed(self) -> str:
        """Name the first refresh token without telling it: another one begins anew."""
        return _mark(self.refresh)


@dataclass(frozen=True)
class Pair:
    """The tokens that hold; `expires` is about the access token, `seed` what they began with."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires: dt.datetime
    seed: str

    def dump(self) -> str:
        """Give it as JSON."""
        return json.dumps({**asdict(self), "expires": self.expires.isoformat()})

    @classmethod
    def load(cls, text: str | None) -> Pair | None:
        """Read it from JSON; None where there is none."""
        if not text:
            return None
        told = json.loads(text)
        expires = dt.datetime.fromisoformat(told["expires"])
        return cls(told["access"], told["refresh"], expires, told.get("seed", ""))


class Tokens:
    """Gives access tokens, and renews them: one call for all who wait, in all processes."""

    def __init__(
        self,
        engine: Engine,
        client: httpx.AsyncClient,
        grant: Grant,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self.engine = engine
        self.client = client
        self.grant = grant
        self.clock = clock
        self.pair: Pair | None = None
        self.unsaved: Pair | None = None
        self.lock = asyncio.Lock()
        self.work: set[asyncio.Task[Pair]] = set()
        self.rests_until = 0.0
        self.alarmed = False

    async def access(self) -> str:
        """Give an access token that is young enough; raises LaterError."""
        pair = self.pair or await self._stored()
        if pair and pair.expires - self.clock() > EARLY:
            self.pair = pair
            return pair.access
        try:
            return (await self._renewed(pair.access if pair else "")).access
        except LaterError:
            # The old one works until a renewal succeeds, or its time is over.
            if pair and pair.expires > self.clock():
                return pair.access
            raise

    async def renew(self, spent: str) -> str:
        """Give another token than one that Zalo refused; raises LaterError."""
        return (await self._renewed(spent)).access

    async def close(self) -> None:
        """Let a renewal end: what it brings must be saved."""
        if self.work:
            await asyncio.wait(self.work)
        if self.unsaved:
            with contextlib.suppress(LaterError):
                await self._save(self.unsaved)

    async def _renewed(self, spent: str) -> Pair:
        """Renew in a task of its own: a sender that is cancelled must not lose the new pair."""
        task = asyncio.create_task(self._renew_once(spent))
        self.work.add(task)
        task.add_done_callback(self.work.discard)
        return await asyncio.shield(task)

    async def _renew_once(self, spent: str) -> Pair:
        async with self.lock:
            if self.pair and self.pair.access != spent:
                return self.pair  # somebody renewed while we waited
            self.pair = await self._renew(spent)
            return self.pair

    async def _renew(self, spent: str) -> Pair:
        """Take the lease, ask, save: three steps, so that no transaction waits for the network."""
        if self.unsaved is None:
            found = await self._begin(spent)
            if isinstance(found, Pair):
                return found
            self.unsaved = await self._ask(found)
        pair = self.unsaved
        await self._save(pair)
        self.unsaved = None
        return pair

    async def _begin(self, spent: str) -> Pair | str:
        """Take the lease and give the refresh token to spend; or the pair another one brought."""
        async with self._memory() as conn:
            pair = self._of_this_grant(await facts.get(conn, PAIR))
            now = self.clock()
            if pair and pair.access != spent and pair.expires > now:
                return pair
            refresh = pair.refresh if pair else self.grant.refresh
            if not refresh or await facts.get(conn, LOST) == self._attempt(refresh):
                raise self._alarm()
            rest = self.rests_until - asyncio.get_running_loop().time()
            if rest > 0:
                raise LaterError("the OAuth server did not answer", rest, all_chats=True)
            until = await facts.get(conn, LEASE)
            if until and dt.datetime.fromisoformat(until) > now:
                raise LaterError("another process renews the tokens", 1.0, all_chats=True)
            # Behind a lease that ran out somebody crashed: before asking, when this token still
            # works, or after, when it is spent. Only Zalo knows which.
            await facts.put(conn, LEASE, (now + LEASED).isoformat())
        return refresh

    async def _ask(self, refresh: str) -> Pair:
        """Spend a refresh token; raises LaterError."""
        told = await self._answer(refresh)
        if told is None:
            self.rests_until = asyncio.get_running_loop().time() + AGAIN
            await self._put(LEASE, "")
            raise LaterError("the OAuth server does not answer", AGAIN, all_chats=True)
        access, following = told.get("access_token"), told.get("refresh_token")
        if not (isinstance(access, str) and isinstance(following, str) and access and following):
            await self._put(LOST, self._attempt(refresh))
            await self._put(LEASE, "")
            raise self._alarm(told.get("error"))
        expires = self.clock() + dt.timedelta(seconds=_seconds(told.get("expires_in")))
        return Pair(access, following, expires, self.grant.seed)

    async def _answer(self, refresh: str) -> dict[str, Any] | None:
        """Give the server's answer; None where it is none, or says nothing of the grant."""
        grant = self.grant
        form = {
            "refresh_token": refresh,
            "app_id": grant.app_id,
            "grant_type": "refresh_token",
        }
        try:
            answer = await self.client.post(
                f"{grant.oauth_url}/v4/oa/access_token",
                data=form,
                headers={"secret_key": grant.app_secret},
                timeout=PATIENCE,
            )
            told = answer.json()
        except (httpx.HTTPError, ValueError):
            return None
        away = answer.status_code >= 500 or answer.status_code == 429
        return told if isinstance(told, dict) and not away else None

    async def _save(self, pair: Pair) -> None:
        """Keep a new pair; where that fails it stays with us, and is saved before it is used."""
        async with self._memory() as conn:
            await facts.put(conn, PAIR, pair.dump())
            await facts.put(conn, LEASE, "")
        LOG.info("the tokens of Zalo are renewed")

    async def _put(self, name: str, value: str) -> None:
        async with self._memory() as conn:
            await facts.put(conn, name, value)

    async def _stored(self) -> Pair | None:
        async with self._memory() as conn:
            return self._of_this_grant(await facts.get(conn, PAIR))

    def _of_this_grant(self, text: str | None) -> Pair | None:
        """Read the pair, unless an administrator has given another first token since."""
        pair = Pair.load(text)
        if pair and self.grant.refresh and pair.seed != self.grant.seed:
            return None
        return pair

    @contextlib.asynccontextmanager
    async def _memory(self) -> AsyncIterator[Connection]:
        """Open a transaction that no other process has beside it; raises LaterError."""
        try:
            with reading_errors():
                async with self.engine.begin() as conn:
                    await one_at_a_time(conn, LEASE)
                    yield conn
        except DatabaseError:
            raise LaterError("the memory of the tokens is away", 5.0, all_chats=True) from None

    def _attempt(self, refresh: str) -> str:
        """Name an attempt by all that decides it: where one thing is changed, it may be made."""
        return _mark(f"{self.grant.app_id}\n{self.grant.app_secret}\n{refresh}")

    def _alarm(self, code: Any = None) -> LaterError:
        """Call a person, once: asking again and again would change nothing."""
        if not self.alarmed:
            LOG.error(NEEDED, extra={"why": str(code) if isinstance(code, int) else "refused"})
        self.alarmed = True
        return LaterError("Zalo needs a new refresh token", NEVER, all_chats=True)


def _mark(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def _seconds(told: Any) -> int:
    """Read how long a token lives, which comes as a string."""
    digits = str(told)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else LIVES
