"""One message from arrival to reply: one transaction, after which the reply may be shown."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

from bot.deliver import Deliverer
from bot.metrics import SECONDS, TAKEN
from bot.outgoing import EXPIRES, body, queued, rows
from content.catalogue import translator
from content.whole import Content
from db import limits, linked, messages, outbox, people, roles
from db.engine import Connection, DatabaseError, Engine, reading_errors, scrub
from db.messages import Message
from db.outbox import Outgoing
from db.roles import Who
from handlers import handle, links
from handlers.answers.render import show
from handlers.context import ZONE, Context
from handlers.mask import mask
from handlers.message import Address, File, Letter, Reply, Request
from handlers.search.follow import find
from handlers.search.index import Index

LOG = logging.getLogger("motcua.turn")
MOST_CHARS = 10_000
"""A longer message is not read: nobody types that much to ask something."""
INVITED = f"/start {links.to_invitation('')}"
"""How a message begins that carries an invitation's code."""
A_MINUTE = dt.timedelta(minutes=1)
MOST_A_MINUTE = 30
"""Messages one person may send in a minute; nobody types that fast."""
CARDS = 5
"""Entries shown while somebody searches from another chat."""


class UnavailableError(Exception):
    """The memory cannot be written now: the message must not be acknowledged, it comes again."""


@dataclass(frozen=True)
class Taken:
    """What became of a message: bubbles, what is queued to be sent, a passing word, files.

    All are empty for a message that was handled before. `passing` says that nothing of this turn
    may stay in the memory: what was written on the way has to be scrubbed.
    """

    bubbles: tuple[Message, ...] = ()
    queued: tuple[Outgoing, ...] = ()
    notice: str = ""
    passing: bool = False
    files: tuple[File, ...] = ()


@dataclass
class Service:
    """What every channel hands its messages to."""

    engine: Engine
    content: Content
    index: Index
    clock: Callable[[], dt.datetime]
    seal: Callable[[Address], str] = field(default=lambda _: "", repr=False)
    """Makes an address unreadable without the key of this installation."""
    erased: Path | None = None
    """Where the list of who was erased is kept, beside the database."""
    deliverers: dict[str, Deliverer] = field(default_factory=dict)
    """Channels that replies have to be sent on; on the others they are fetched."""
    inboxes: list[Deliverer] = field(default_factory=list)
    """Senders of what goes, without being asked for, to people whom no platform reaches."""

    async def take(self, request: Request) -> Taken:
        """Handle a message once and send its reply; raises UnavailableError if that cannot be."""
        begun = perf_counter()
        channel = request.sender.channel
        try:
            taken, result = await self._take_or_apologise(request)
        except DatabaseError as error:
            TAKEN.labels(channel, "unavailable").inc()
            raise UnavailableError(str(error)) from error
        SECONDS.labels(channel).observe(perf_counter() - begun)
        TAKEN.labels(channel, result).inc()
        if taken.passing:
            await scrub(self.engine)
        if taken.queued:
            self.deliverers[channel].hand_over(taken.queued)
        return taken

    async def _take_or_apologise(self, request: Request) -> tuple[Taken, str]:
        try:
            with reading_errors():
                async with self.engine.begin() as conn:
                    taken = await self._take(conn, request)
        except DatabaseError:
            raise
        # The door: whatever went wrong, the person gets an apology and nothing is half done.
        except Exception:
            mark = secrets.token_hex(4)
            LOG.exception("message failed", extra={"error_id": mark})
            return await self._apologise(request, mark), "failed"
        return taken, "handled" if taken.bubbles else "repeated"

    async def _take(self, conn: Connection, request: Request) -> Taken:
        ctx = await self._context(conn, request)
        if not await people.first_time(conn, ctx.person, request.id, now=ctx.now):
            return Taken()
        if not await limits.hit(
            conn, ctx.person, "message", now=ctx.now, window=A_MINUTE, most=MOST_A_MINUTE
        ):
            reply = Reply(ctx.t("You are writing very fast. Please wait a minute, then go on."))
        elif len(request.text) > MOST_CHARS:
            reply = Reply(ctx.t("This message is too long. Please ask in a few sentences."))
        else:
            reply = await handle(request, ctx)
        return await self._keep(ctx, request, reply)

    async def _context(self, conn: Connection, request: Request) -> Context:
        now = self.clock()
        sender = request.sender
        lang = request.lang or "vi"
        found = await roles.who(conn, sender.channel, sender.user)
        if found is None:
            new = await people.find_or_add(conn, sender.channel, sender.user, lang=lang, now=now)
            found = Who(new)
        if request.shared:  # a group holds no role and fills in no form
            found = Who(found.person)
        if (found.person.channel, found.person.user) != (sender.channel, sender.user):
            await linked.wrote(conn, found.person, sender.channel, sender.user)
        person, t = found.person, translator(found.person.lang)
        return Context(
            conn, self.content, self.index, person, now, t, found.roles, found.dialog, self.seal
        )

    async def _apologise(self, request: Request, mark: str) -> Taken:
        """Say sorry once, and remember the message so that it does not come again and again."""
        with reading_errors():
            async with self.engine.begin() as conn:
                ctx = await self._context(conn, request)
                if not await people.first_time(conn, ctx.person, request.id, now=ctx.now):
                    return Taken()
                sorry = ctx.t(
                    "Something went wrong on our side (code {id}). Please try again.", id=mark
                )
                taken = await self._keep(ctx, replace(request, text=""), Reply(sorry))
        failed = [replace(bubble, body={"failed": True}) for bubble in taken.bubbles]
        return replace(taken, bubbles=tuple(failed))

    async def _keep(self, ctx: Context, request: Request, reply: Reply) -> Taken:
        """Write both bubbles into the conversation, and queue the reply where it has to be sent."""
        if reply.erased or reply.unkept:
            going = await self._queue(ctx, request, reply)
            await _post(ctx, reply.letters)
            bubbles = _passing(ctx, request, reply)
            return Taken(bubbles, going, reply.notice, passing=True, files=reply.files)
        # What a link carries may be an invitation's code: it is no word of the person.
        typed = "/start" if request.text.startswith(INVITED) else request.text
        said = mask(typed[:MOST_CHARS])
        mine = Message(0, ctx.now, True, said, {})
        answer = Message(0, ctx.now, False, reply.text, body(reply))
        kept = []
        for bubble in (mine, answer):
            if bubble.text:
                number = await messages.add(
                    ctx.conn, ctx.person, bubble.text, bubble.body, mine=bubble.mine, now=ctx.now
                )
                kept.append(replace(bubble, id=number))
        going = await self._queue(ctx, request, reply)
        await _post(ctx, reply.letters)
        return Taken(tuple(kept), going, reply.notice, files=reply.files)

    async def _queue(self, ctx: Context, request: Request, reply: Reply) -> tuple[Outgoing, ...]:
        """Queue the reply, under our lease where we send; behind older ones it waits its turn."""
        sender = request.sender
        deliverer = self.deliverers.get(sender.channel)
        if deliverer is None or not reply.text:
            return ()
        going = []
        ours = deliverer.post.held
        for key, message in rows(request, reply, deliverer.channel.shows):
            row = await outbox.answer(
                ctx.conn,
                key=key,
                channel=sender.channel,
                user=sender.user,
                body=message,
                person_id=None if reply.erased or reply.unkept else ctx.person.id,
                now=ctx.now,
                expires=ctx.now + EXPIRES,
                by=deliverer.name if ours else "",
                until=deliverer.lease_until(ctx.now) if ours else None,
            )
            if row is not None:
                going.append(row)
        return tuple(going)

    async def reachable(self, channel: str, user: str, *, blocked: bool) -> None:
        """Note that somebody blocked the bot, or took it back; raises UnavailableError."""
        now = self.clock()
        await self._note(
            lambda conn: linked.reachable(conn, channel, user, blocked=blocked, now=now)
        )

    async def moved(self, channel: str, old: str, new: str) -> None:
        """Note that a chat has another number now; raises UnavailableError."""
        await self._note(lambda conn: people.move(conn, channel, old, new))

    async def _note(self, act: Callable[[Connection], Awaitable[object]]) -> None:
        try:
            with reading_errors():
                async with self.engine.begin() as conn:
                    await act(conn)
        except DatabaseError as error:
            raise UnavailableError(str(error)) from error

    def cards(self, text: str, lang: str) -> Iterator[tuple[str, str, str]]:
        """Give entries that answer some words: reference, title and text; keeps nothing."""
        if not text.strip():
            return
        found = find(self.index, text[:MOST_CHARS])
        t = translator(lang)
        today = self.clock().astimezone(ZONE).date()
        for at, ref in enumerate((found.refs or found.near)[:CARDS]):
            facet = found.facet if at == 0 else None
            yield ref, self.content.title(ref, lang), show(ref, facet, self.content, t, today).text


def _passing(ctx: Context, request: Request, reply: Reply) -> tuple[Message, ...]:
    """Give bubbles that are shown and not kept; their numbers are none a kept one has."""
    answer = Message(-secrets.randbits(48), ctx.now, False, reply.text, body(reply))
    if reply.erased or not request.text:
        return (answer,)
    return (replace(answer, id=answer.id - 1, mine=True, text=request.text, body={}), answer)


async def _post(ctx: Context, letters: Sequence[Letter]) -> None:
    """Queue messages to others."""
    found = [queued(letter) for letter in letters]
    await outbox.add_all(ctx.conn, found, priority=outbox.REMINDER, now=ctx.now)
