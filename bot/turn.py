"""One message from arrival to reply: one transaction, after which the reply may be shown."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from content.catalogue import translator
from content.load import Content
from db import messages, people
from db.engine import Connection, Engine
from db.messages import Message
from handlers import handle
from handlers.context import Context
from handlers.mask import mask
from handlers.message import Reply, Request
from handlers.search.index import Index

LOG = logging.getLogger("motcua.turn")
MOST_CHARS = 10_000
"""A longer message is not read: nobody types that much to ask something."""


@dataclass(frozen=True)
class Service:
    """What every channel hands its messages to."""

    engine: Engine
    content: Content
    index: Index
    clock: Callable[[], dt.datetime]

    async def take(self, request: Request) -> tuple[Message, ...]:
        """Handle a message once; gives the bubbles it added, none when it was handled before."""
        lang = request.lang or "vi"
        try:
            async with self.engine.begin() as conn:
                return await self._take(conn, request, lang)
        # The door: whatever went wrong, the person gets an apology and nothing is half done.
        except Exception:
            mark = secrets.token_hex(4)
            LOG.exception("message failed", extra={"error_id": mark})
            t = translator(lang)
            apology = t("Something went wrong on our side (code {id}). Please try again.", id=mark)
            return (Message(0, self.clock(), False, apology, {"failed": True}),)

    async def _take(self, conn: Connection, request: Request, lang: str) -> tuple[Message, ...]:
        now = self.clock()
        sender = request.sender
        person = await people.find_or_add(conn, sender.channel, sender.user, lang=lang, now=now)
        if not await people.first_time(conn, person, request.id, now=now):
            return ()
        ctx = Context(conn, self.content, self.index, person, now, translator(person.lang))
        if len(request.text) > MOST_CHARS:
            reply = Reply(ctx.t("This message is too long. Please ask in a few sentences."))
        else:
            reply = await handle(request, ctx)
        return await _keep(ctx, request, reply)


async def _keep(ctx: Context, request: Request, reply: Reply) -> tuple[Message, ...]:
    """Write both bubbles into the conversation and give them as they will be read again."""
    said = mask(request.text[:MOST_CHARS])
    mine = Message(0, ctx.now, True, said, {})
    answer = Message(0, ctx.now, False, reply.text, body(reply))
    kept = []
    for bubble in (mine, answer):
        if not bubble.text:
            continue
        number = await messages.add(
            ctx.conn, ctx.person, bubble.text, bubble.body, mine=bubble.mine, now=ctx.now
        )
        kept.append(replace(bubble, id=number))
    return tuple(kept)


def body(reply: Reply) -> dict[str, Any]:
    """Give what a channel needs besides the text to draw a reply, as JSON."""
    rows = [[{k: v for k, v in asdict(b).items() if v} for b in row] for row in reply.buttons]
    return {
        "buttons": rows,
        "notice": reply.notice,
        "refs": list(reply.refs),
        "subject": reply.subject,
    }
