"""Taking queued messages to send them: leased for a while, ended in exactly one state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.outbox import INTERACTIVE, Outgoing
from db.schema import UtcTime, outbox

End = Literal["sent", "failed", "blocked", "opted-out", "expired", "unknown", "stopped"]


class Settled(NamedTuple):
    """How a message we held ended: its number, in which state, why, the platform's number of it."""

    number: int
    state: End
    reason: str = ""
    sent_id: str = ""


AGAIN = "sent again after a lost answer"
NO_WORD = "no word from the platform"
TOO_LATE = "too late"
TOO_FAR = dt.timedelta(minutes=10)
"""Leases and waits are shorter: one that ends later was given by a clock that was wrong."""


_NOW = sa.bindparam("now", type_=UtcTime)
_FAR = sa.bindparam("far", type_=UtcTime)
_CHANNEL = sa.bindparam("of_channel", type_=sa.String)


def _free(table: Any) -> sa.ColumnElement[bool]:
    """Find what is in nobody's hands: no lease, one that ran out, or one no clock of ours gave."""
    until = table.c.lease_until
    return sa.or_(until.is_(None), until < _NOW, until > _FAR)


def _due_by(table: Any) -> sa.ColumnElement[bool]:
    """Find what may go now; a wait after a failure that no clock of ours gave is over."""
    strange = sa.and_(table.c.tries > 0, table.c.not_before > _FAR)
    return sa.or_(table.c.not_before <= _NOW, strange)


def _lost() -> sa.ColumnElement[bool]:
    """Find what somebody began to send and said no more of; asked only once the lease is over."""
    return sa.and_(outbox.c.lease_until.is_not(None), outbox.c.tries > 0)


def _due() -> sa.Select[Any]:
    """Choose what to take: of each person only the first that waits, and none while one is held."""
    other = outbox.alias()
    ahead = sa.and_(
        sa.tuple_(other.c.priority, other.c.id) < sa.tuple_(outbox.c.priority, outbox.c.id),
        sa.or_(_due_by(other), other.c.priority == INTERACTIVE),
    )
    held = sa.and_(other.c.id != outbox.c.id, ~_free(other))
    must_wait = sa.select(other.c.id).where(
        other.c.channel == outbox.c.channel,
        other.c.user == outbox.c.user,
        other.c.state == "queued",
        sa.or_(ahead, held),
    )
    chosen = (
        sa.select(outbox, _lost().label("lost"))
        .where(
            outbox.c.channel == _CHANNEL,
            outbox.c.state == "queued",
            _due_by(outbox),
            _free(outbox),
            ~must_wait.exists(),
        )
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
    return chosen.with_for_update(skip_locked=True)


def _expire() -> sa.Update:
    """End what is too late to be sent."""
    maybe = sa.or_(outbox.c.doubt, _lost())
    stale = sa.update(outbox).where(
        outbox.c.channel == _CHANNEL,
        outbox.c.state == "queued",
        outbox.c.expires < _NOW,
        _free(outbox),
    )
    return stale.values(
        state=sa.case((maybe, "unknown"), else_="expired"),
        reason=sa.case((maybe, NO_WORD), else_=TOO_LATE),
        done=_NOW,
        lease_until=None,
    )


_DUE, _STALE = _due(), _expire()
_IDS: Any = sa.bindparam("ids", expanding=True)
_GONE = (
    sa.update(outbox)
    .where(outbox.c.id.in_(_IDS))
    .values(state="unknown", reason=NO_WORD, done=_NOW, lease_until=None)
)
_TAKEN = (
    sa.update(outbox)
    .where(outbox.c.id.in_(_IDS))
    .values(
        lease_by=sa.bindparam("by", type_=sa.String),
        lease_until=sa.bindparam("until", type_=UtcTime),
        tries=outbox.c.tries + 1,
        doubt=sa.or_(outbox.c.doubt, _lost()),
    )
)


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
    told = {"of_channel": channel, "now": now, "far": now + TOO_FAR}
    await _one_at_a_time(conn, channel)
    await conn.execute(_STALE, told)
    rows = (await conn.execute(_DUE, {**told, "limit": limit})).all()
    lost = [r.id for r in rows if (r.lost or r.doubt) and r.priority != INTERACTIVE]
    kept = [row for row in rows if row.id not in lost]
    if lost:
        await conn.execute(_GONE, {"ids": lost, "now": now})
    if kept:
        await conn.execute(_TAKEN, {"ids": [row.id for row in kept], "by": by, "until": until})
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


async def reclaim(conn: AsyncConnection, channel: str, *, by: str, now: dt.datetime) -> None:
    """End the leases of all others: of a process that is gone, where only `by` may send now.

    What was paused, stopped or refused while it was on its way may have arrived: nobody knows.
    """
    told = outbox.c.lease_until.is_not(None) & (outbox.c.lease_by != by)
    others = sa.update(outbox).where(outbox.c.channel == channel, told)
    over = now - dt.timedelta(seconds=1)
    await conn.execute(others.where(outbox.c.state == "queued").values(lease_until=over))
    away = others.where(outbox.c.state.in_(_IN_HANDS[1:]))
    await conn.execute(away.values(state="unknown", reason=NO_WORD, done=now, lease_until=None))


_IN_HANDS = ("queued", "paused", "stopped", "opted-out")
"""States a message can have while somebody sends it: what is paused or stopped at that moment has
gone all the same, and must be written down as gone."""


def _held(number: Any, by: Any) -> Any:
    ours = sa.and_(outbox.c.id == number, outbox.c.lease_by == by)
    # Spelled out: a list could not be used for many messages at once.
    return sa.and_(ours, sa.or_(*(outbox.c.state == state for state in _IN_HANDS)))


_OURS = sa.update(outbox).where(_held(sa.bindparam("number"), sa.bindparam("by")))
_WHY = sa.bindparam("why", type_=sa.String)
_EARLIER = sa.case((outbox.c.reason == "", ""), else_=outbox.c.reason + "; ")
"""What happened at other addresses of the person."""
_REASON = sa.func.substr(_EARLIER + _WHY, 1, 200)
_END = _OURS.values(
    state=sa.bindparam("ended"),
    reason=_REASON,
    sent_id=sa.bindparam("sent_id"),
    done=sa.bindparam("done"),
    lease_until=None,
)
_SENT = _END.values(
    state=sa.case((outbox.c.doubt, "unknown"), else_="sent"),
    reason=sa.case((outbox.c.doubt, AGAIN), else_=outbox.c.reason),
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
    told = _told(Settled(number, state, reason, sent_id), by, now)
    return bool((await conn.execute(_SENT if state == "sent" else _END, told)).rowcount)


async def settle_all(
    conn: AsyncConnection, ends: Iterable[Settled], *, by: str, now: dt.datetime
) -> None:
    """End many messages we hold, as `settle` does one; what is no longer ours stays."""
    found = list(ends)
    for statement, of in ((_SENT, True), (_END, False)):
        told = [_told(end, by, now) for end in found if (end.state == "sent") is of]
        if told:
            await conn.execute(statement, told)


def _told(end: Settled, by: str, now: dt.datetime) -> dict[str, Any]:
    return {
        "number": end.number,
        "by": by,
        "ended": end.state,
        "why": end.reason[:200],
        "sent_id": end.sent_id,
        "done": now,
    }


_STILL = sa.select(outbox.c.id).where(
    _held(sa.bindparam("number"), sa.bindparam("by")), outbox.c.state == "queued"
)


async def still_wanted(conn: AsyncConnection, number: int, *, by: str) -> bool:
    """Tell whether a message we hold is to be sent at this moment: nobody stopped or refused it."""
    return (await conn.execute(_STILL, {"number": number, "by": by})).first() is not None


async def forget_files(conn: AsyncConnection, row: Outgoing) -> None:
    """Keep of the files of a message that has ended only what they were: they are bytes twice."""
    files = [{**file, "data": ""} for file in row.body["files"]]
    ended = sa.update(outbox).where(outbox.c.id == row.id, outbox.c.state != "queued")
    await conn.execute(ended.values(body={**row.body, "files": files}))


async def forget(conn: AsyncConnection, number: int, *, by: str) -> None:
    """Remove a message that was sent and belongs to nobody any more."""
    await conn.execute(sa.delete(outbox).where(outbox.c.id == number, outbox.c.lease_by == by))


_ELSEWHERE = (
    _OURS.where(outbox.c.state == "queued")
    .values(channel=sa.bindparam("to_channel"), user=sa.bindparam("to_user"), reason=_REASON)
    .values(lease_until=None, lease_by="", tries=0)
)


async def readdress(
    conn: AsyncConnection, number: int, to: tuple[str, str], *, by: str, why: str
) -> bool:
    """Let a message we hold go to another address of the person; False where it is to go no more.

    It stays one message under one key: its reason tells what became of it at each address.
    """
    told = {"number": number, "by": by, "to_channel": to[0], "to_user": to[1], "why": why}
    return bool((await conn.execute(_ELSEWHERE, told)).rowcount)


async def was_readdressed(conn: AsyncConnection, number: int) -> bool:
    """Tell whether a message that waits was meant for another address before."""
    found = sa.select(outbox.c.reason).where(outbox.c.id == number)
    return bool((await conn.execute(found)).scalar_one_or_none())


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
