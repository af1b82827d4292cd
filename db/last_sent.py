"""What somebody was sent last, and whether it is still what they answer to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.outbox import INTERACTIVE
from db.people import AT
from db.schema import outbox, people, seen


@dataclass(frozen=True)
class Sent:
    """A message that went out: when, and what it was."""

    at: dt.datetime
    body: Mapping[str, Any]


_LAST = (
    sa.select(outbox.c.body, outbox.c.priority, outbox.c.created, outbox.c.done)
    .where(
        outbox.c.channel == sa.bindparam("channel"),
        outbox.c.user == sa.bindparam("user"),
        outbox.c.state.in_(("sent", "unknown")),
    )
    .order_by(outbox.c.done.desc(), outbox.c.id.desc())
    .limit(1)
)
_HEARD = sa.select(sa.func.max(seen.c.at)).join(people, people.c.id == seen.c.person_id).where(AT)


async def last_sent(conn: AsyncConnection, channel: str, user: str) -> Sent | None:
    """Give what somebody was sent last; None where a later reply is not there, or on its way.

    What belongs to a form is removed once it is sent: all that is left then is older than what the
    person sees.
    """
    who = {"channel": channel, "user": user}
    found = (await conn.execute(_LAST, who)).one_or_none()
    if found is None:
        return None
    answers_to = found.created if found.priority == INTERACTIVE else found.done
    heard = (await conn.execute(_HEARD, who)).scalar_one()
    if heard is not None and heard > answers_to:
        return None
    return Sent(found.done, found.body)
