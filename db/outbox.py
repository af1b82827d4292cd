"""The queue of messages to send: each key only once, and nobody's answers out of order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import inserts
from db.schema import UtcTime, outbox

INTERACTIVE, REMINDER, ANNOUNCEMENT = 0, 1, 2
"""Priorities: an answer somebody waits for goes first."""


@dataclass(frozen=True)
class Outgoing:
    """A message we hold: `tries` counts this attempt; `doubt` says that it may have arrived."""

    id: int
    key: str
    channel: str
    user: str
    body: Mapping[str, Any]
    priority: int = INTERACTIVE
    tries: int = 1
    doubt: bool = False
    person_id: int | None = None


_COLUMNS = (
    *("key", "channel", "user", "body", "priority", "created", "person_id"),
    *("not_before", "expires", "state", "lease_by", "lease_until", "tries"),
)
_ADD = inserts(
    lambda insert: (
        insert(outbox)
        .values({name: sa.bindparam(name) for name in _COLUMNS})
        .on_conflict_do_nothing()
        .returning(outbox.c.id)
    )
)


_ADD_ALL = inserts(
    lambda insert: insert(outbox).on_conflict_do_nothing().returning(outbox.c.id, outbox.c.key)
)


async def add(
    conn: AsyncConnection,
    *,
    key: str,
    channel: str,
    user: str,
    body: Mapping[str, Any],
    priority: int,
    now: dt.datetime,
    person_id: int | None = None,
    not_before: dt.datetime | None = None,
    expires: dt.datetime | None = None,
    lease_by: str = "",
    lease_until: dt.datetime | None = None,
    tries: int = 0,
) -> int | None:
    """Queue a message and give its number; None where the key is queued already."""
    row = {
        "key": key,
        "channel": channel,
        "user": user,
        "body": dict(body),
        "priority": priority,
        "created": now,
        "person_id": person_id,
        "not_before": not_before or now,
        "expires": expires,
        "state": "queued",
        "lease_by": lease_by,
        "lease_until": lease_until,
        "tries": tries,
    }
    number: int | None = (await conn.execute(_ADD(conn), row)).scalar_one_or_none()
    return number


@dataclass(frozen=True)
class Queued:
    """A message to be queued: the key that names its reason, where it goes, and to whom."""

    key: str
    channel: str
    user: str
    body: Mapping[str, Any]
    person_id: int | None


async def add_all(
    conn: AsyncConnection, found: Sequence[Queued], *, priority: int, now: dt.datetime
) -> dict[str, int]:
    """Queue many messages at once; gives the numbers of those whose key is new."""
    same = {"priority": priority, "created": now, "not_before": now, "state": "queued"}
    free = {"expires": None, "lease_by": "", "lease_until": None, "tries": 0}
    rows = [
        {
            "key": one.key,
            "channel": one.channel,
            "user": one.user,
            "body": dict(one.body),
            "person_id": one.person_id,
            **same,
            **free,
        }
        for one in found
    ]
    if not rows:
        return {}
    return {row.key: row.id for row in await conn.execute(_ADD_ALL(conn), rows)}


async def key_of(conn: AsyncConnection, channel: str, user: str, sent_id: str) -> str:
    """Give why a message was sent that somebody answers to; "" where it is not known any more."""
    found = sa.select(outbox.c.key).where(
        outbox.c.channel == channel, outbox.c.user == user, outbox.c.sent_id == sent_id
    )
    return (await conn.execute(found.limit(1))).scalar_one_or_none() or ""


_BY = sa.bindparam("by", type_=sa.String)
_NOW = sa.bindparam("now", type_=UtcTime)
_WAITING = (
    sa.select(outbox.c.id)
    .where(
        outbox.c.channel == sa.bindparam("channel"),
        outbox.c.user == sa.bindparam("user"),
        outbox.c.state == "queued",
        outbox.c.priority == INTERACTIVE,
        sa.or_(outbox.c.lease_until.is_(None), sa.and_(_BY != "", outbox.c.lease_by != _BY)),
    )
    .limit(1)
)


_BEHIND = _WAITING.exists()
_ANSWER = inserts(
    lambda insert: (
        insert(outbox)
        .values(
            {name: sa.bindparam(name) for name in ("key", "channel", "user", "body", "person_id")}
        )
        .values(
            priority=INTERACTIVE,
            state="queued",
            created=_NOW,
            not_before=_NOW,
            expires=sa.bindparam("expires"),
            lease_by=sa.case((_BEHIND, ""), else_=_BY),
            lease_until=sa.case((_BEHIND, None), else_=sa.bindparam("until", type_=UtcTime)),
            tries=sa.case((sa.or_(_BEHIND, _BY == ""), 0), else_=1),
        )
        .on_conflict_do_nothing()
        .returning(outbox.c.id, outbox.c.tries)
    )
)


async def answer(
    conn: AsyncConnection,
    *,
    key: str,
    channel: str,
    user: str,
    body: Mapping[str, Any],
    person_id: int | None,
    now: dt.datetime,
    expires: dt.datetime,
    by: str,
    until: dt.datetime | None,
) -> Outgoing | None:
    """Queue an answer and take it at once; None where it waits behind others, or is there already.

    Otherwise it would overtake what the same person still has to get. Without `until` it waits for
    whoever sends.
    """
    row = {
        "key": key,
        "channel": channel,
        "user": user,
        "body": dict(body),
        "person_id": person_id,
        "now": now,
        "expires": expires,
        "by": by,
        "until": until,
    }
    found = (await conn.execute(_ANSWER(conn), row)).one_or_none()
    if found is None or not found.tries:
        return None
    return Outgoing(found.id, key, channel, user, body, person_id=person_id)
