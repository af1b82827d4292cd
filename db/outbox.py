"""The queue of messages to send: leased, settled in exactly one state, each key only once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import insert
from db.schema import outbox

INTERACTIVE, REMINDER, ANNOUNCEMENT = 0, 1, 2
"""Priorities: an answer somebody waits for goes first."""
End = Literal["sent", "failed", "blocked", "opted-out", "expired", "unknown"]
AGAIN = "sent again after a lost answer"
NO_WORD = "no word from the platform"


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
    new = (
        insert(conn, outbox)
        .values(
            key=key,
            channel=channel,
            user=user,
            body=dict(body),
            priority=priority,
            created=now,
            person_id=person_id,
            not_before=not_before or now,
            expires=expires,
            state="queued",
            lease_by=lease_by,
            lease_until=lease_until,
            tries=tries,
        )
        .on_conflict_do_nothing()
        .returning(outbox.c.id)
    )
    number: int | None = (await conn.execute(new)).scalar_one_or_none()
    return number


async def waiting(conn: AsyncConnection, channel: str, user: str) -> bool:
    """Tell whether an answer to this person waits already: the next one must not overtake it."""
    found = (
        sa.select(outbox.c.id)
        .where(
            outbox.c.channel == channel,
            outbox.c.user == user,
            outbox.c.state == "queued",
            outbox.c.priority == INTERACTIVE,
            outbox.c.lease_until.is_(None),
        )
        .limit(1)
    )
    return (await conn.execute(found)).first() is not None


async def lease(
    conn: AsyncConnection,
    channel: str,
    *,
    by: str,
    now: dt.datetime,
    until: dt.datetime,
    limit: int,
) -> list[Outgoing]:
    """Take messages that are due and in nobody's hands, answers first, one for each person.

    A lease that ran out leaves doubt: an answer is sent again, anything else ends as `unknown`.
    """
    await _expire(conn, channel, now)
    rows = (await conn.execute(_due(channel, now, limit))).all()
    if not rows:
        return []
    lost = [row.id for row in rows if row.lease_until is not None and row.priority != INTERACTIVE]
    if lost:
        gone = sa.update(outbox).where(outbox.c.id.in_(lost))
        await conn.execute(gone.values(state="unknown", reason=NO_WORD, done=now, lease_until=None))
    kept = [row for row in rows if row.id not in lost]
    taken = sa.update(outbox).where(outbox.c.id.in_([row.id for row in kept]))
    await conn.execute(
        taken.values(
            lease_by=by,
            lease_until=until,
            tries=outbox.c.tries + 1,
            doubt=sa.or_(outbox.c.doubt, outbox.c.lease_until.is_not(None)),
        )
    )
    return [
        Outgoing(
            row.id,
            row.key,
            row.channel,
            row.user,
            row.body,
            row.priority,
            row.tries + 1,
            row.doubt or row.lease_until is not None,
            row.person_id,
        )
        for row in kept
    ]


def _due(channel: str, now: dt.datetime, limit: int) -> sa.Select[Any]:
    """Choose what to take: of each person only the first that waits, and none while one is held."""
    first = outbox.alias()
    earlier = (
        sa.select(first.c.id)
        .where(
            first.c.channel == outbox.c.channel,
            first.c.user == outbox.c.user,
            first.c.state == "queued",
            sa.or_(
                first.c.priority < outbox.c.priority,
                sa.and_(first.c.priority == outbox.c.priority, first.c.id < outbox.c.id),
            ),
            sa.or_(first.c.not_before <= now, first.c.priority == INTERACTIVE),
        )
        .exists()
    )
    held = (
        sa.select(first.c.id)
        .where(
            first.c.channel == outbox.c.channel,
            first.c.user == outbox.c.user,
            first.c.state == "queued",
            first.c.id != outbox.c.id,
            first.c.lease_until >= now,
        )
        .exists()
    )
    chosen = (
        sa.select(outbox)
        .where(
            outbox.c.channel == channel,
            outbox.c.state == "queued",
            outbox.c.not_before <= now,
            sa.or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now),
            ~earlier,
            ~held,
        )
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(limit)
    )
    return chosen.with_for_update(skip_locked=True)


async def _expire(conn: AsyncConnection, channel: str, now: dt.datetime) -> None:
    stale = sa.update(outbox).where(
        outbox.c.channel == channel,
        outbox.c.state == "queued",
        outbox.c.expires < now,
        sa.or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now),
    )
    ended = sa.case((sa.or_(outbox.c.doubt, outbox.c.tries > 0), "unknown"), else_="expired")
    await conn.execute(stale.values(state=ended, reason="too late", done=now, lease_until=None))


def _held(number: int, by: str) -> Any:
    return sa.and_(outbox.c.id == number, outbox.c.lease_by == by, outbox.c.state == "queued")


async def settle(
    conn: AsyncConnection,
    number: int,
    *,
    by: str,
    state: End,
    now: dt.datetime,
    reason: str = "",
    sent_id: str = "",
) -> bool:
    """End a message we hold; False where it is no longer ours. One sent twice ends as `unknown`."""
    ended: Any = state
    if state == "sent":
        ended = sa.case((outbox.c.doubt, "unknown"), else_="sent")
        reason = AGAIN
    why: Any = sa.case((outbox.c.doubt, reason), else_="") if state == "sent" else reason[:200]
    done = await conn.execute(
        sa.update(outbox)
        .where(_held(number, by))
        .values(state=ended, reason=why, sent_id=sent_id, done=now, lease_until=None)
    )
    return bool(done.rowcount)


async def forget(conn: AsyncConnection, number: int, *, by: str) -> None:
    """Remove a message that was sent and belongs to nobody any more."""
    await conn.execute(sa.delete(outbox).where(outbox.c.id == number, outbox.c.lease_by == by))


async def postpone(
    conn: AsyncConnection, number: int, *, by: str, not_before: dt.datetime, doubt: bool = False
) -> bool:
    """Give a message back, to be sent later; `doubt` says that it may have arrived."""
    back = sa.update(outbox).where(_held(number, by))
    done = await conn.execute(
        back.values(
            lease_until=None,
            lease_by="",
            not_before=not_before,
            doubt=sa.or_(outbox.c.doubt, sa.literal(doubt)),
        )
    )
    return bool(done.rowcount)


async def counts(conn: AsyncConnection) -> dict[tuple[str, str], int]:
    """Count messages by channel and state."""
    found = await conn.execute(
        sa.select(outbox.c.channel, outbox.c.state, sa.func.count()).group_by(
            outbox.c.channel, outbox.c.state
        )
    )
    return {(channel, state): int(number) for channel, state, number in found}


async def lag(conn: AsyncConnection, now: dt.datetime) -> float:
    """Give the age in seconds of the oldest message that should have gone; 0 where none is."""
    oldest = (
        await conn.execute(
            sa.select(outbox.c.not_before)
            .where(outbox.c.state == "queued", outbox.c.not_before <= now)
            .order_by(outbox.c.not_before)
            .limit(1)
        )
    ).scalar_one_or_none()
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
