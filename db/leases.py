"""Taking queued messages to send them: leased for a while, ended in exactly one state."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.outbox import INTERACTIVE, Outgoing
from db.schema import outbox

End = Literal["sent", "failed", "blocked", "opted-out", "expired", "unknown"]
AGAIN = "sent again after a lost answer"
NO_WORD = "no word from the platform"
TOO_LATE = "too late"


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
    await _one_at_a_time(conn, channel)
    await _expire(conn, channel, now)
    rows = (await conn.execute(_due(channel, now, limit))).all()
    if not rows:
        return []
    lost = [r.id for r in rows if (r.lost or r.doubt) and r.priority != INTERACTIVE]
    gone = sa.update(outbox).where(outbox.c.id.in_(lost))
    await conn.execute(gone.values(state="unknown", reason=NO_WORD, done=now, lease_until=None))
    kept = [row for row in rows if row.id not in lost]
    taken = sa.update(outbox).where(outbox.c.id.in_([row.id for row in kept]))
    await conn.execute(
        taken.values(
            lease_by=by,
            lease_until=until,
            tries=outbox.c.tries + 1,
            doubt=sa.or_(outbox.c.doubt, _lost()),
        )
    )
    return [_outgoing(row) for row in kept]


def _outgoing(row: sa.Row[Any]) -> Outgoing:
    told = (row.id, row.key, row.channel, row.user, row.body, row.priority)
    return Outgoing(*told, row.tries + 1, row.doubt or row.lost, row.person_id)


async def _one_at_a_time(conn: AsyncConnection, channel: str) -> None:
    # Skipping locked rows keeps two senders off one message, but not off one person: what comes
    # first for a person can be seen differently by two at once. SQLite has one writer anyway.
    if conn.dialect.name == "postgresql":
        key = sa.func.hashtext(f"outbox:{channel}")
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def _lost() -> sa.ColumnElement[bool]:
    """Find what somebody began to send and said no more of; asked only once the lease is over."""
    return sa.and_(outbox.c.lease_until.is_not(None), outbox.c.tries > 0)


def _due(channel: str, now: dt.datetime, limit: int) -> sa.Select[Any]:
    """Choose what to take: of each person only the first that waits, and none while one is held."""
    other = outbox.alias()
    ahead = sa.and_(
        sa.tuple_(other.c.priority, other.c.id) < sa.tuple_(outbox.c.priority, outbox.c.id),
        sa.or_(other.c.not_before <= now, other.c.priority == INTERACTIVE),
    )
    held = sa.and_(other.c.id != outbox.c.id, other.c.lease_until >= now)
    must_wait = sa.select(other.c.id).where(
        other.c.channel == outbox.c.channel,
        other.c.user == outbox.c.user,
        other.c.state == "queued",
        sa.or_(ahead, held),
    )
    chosen = (
        sa.select(outbox, _lost().label("lost"))
        .where(
            outbox.c.channel == channel,
            outbox.c.state == "queued",
            outbox.c.not_before <= now,
            sa.or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now),
            ~must_wait.exists(),
        )
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(limit)
    )
    return chosen.with_for_update(skip_locked=True)


async def reclaim(conn: AsyncConnection, channel: str, *, now: dt.datetime) -> None:
    """At the start: end the leases of a process that is gone, where there can be only one.

    On PostgreSQL another replica may be sending; there a lease has to run out.
    """
    if conn.dialect.name == "sqlite":
        held = sa.and_(
            outbox.c.channel == channel,
            outbox.c.state == "queued",
            outbox.c.lease_until.is_not(None),
        )
        over = now - dt.timedelta(seconds=1)
        await conn.execute(sa.update(outbox).where(held).values(lease_until=over))


async def _expire(conn: AsyncConnection, channel: str, now: dt.datetime) -> None:
    stale = sa.update(outbox).where(
        outbox.c.channel == channel,
        outbox.c.state == "queued",
        outbox.c.expires < now,
        sa.or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now),
    )
    maybe = sa.or_(outbox.c.doubt, _lost())
    ended = sa.case((maybe, "unknown"), else_="expired")
    why = sa.case((maybe, NO_WORD), else_=TOO_LATE)
    await conn.execute(stale.values(state=ended, reason=why, done=now, lease_until=None))


def _held(number: Any, by: Any) -> Any:
    return sa.and_(outbox.c.id == number, outbox.c.lease_by == by, outbox.c.state == "queued")


_OURS = sa.update(outbox).where(_held(sa.bindparam("number"), sa.bindparam("by")))
_END = _OURS.values(
    state=sa.bindparam("ended"),
    reason=sa.bindparam("why"),
    sent_id=sa.bindparam("sent_id"),
    done=sa.bindparam("done"),
    lease_until=None,
)
_SENT = _END.values(
    state=sa.case((outbox.c.doubt, "unknown"), else_="sent"),
    reason=sa.case((outbox.c.doubt, AGAIN), else_=""),
)


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
    told = {
        "number": number,
        "by": by,
        "ended": state,
        "why": reason[:200],
        "sent_id": sent_id,
        "done": now,
    }
    return bool((await conn.execute(_SENT if state == "sent" else _END, told)).rowcount)


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
