"""Announcements: written by one, approved by another, queued once for everybody they are for."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import insert
from db.outbox import ANNOUNCEMENT
from db.schema import NEVER_AGAIN, UtcTime, metadata, outbox, people, roles, topics

announcements = sa.Table(
    "announcements",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("written_by", sa.Integer, nullable=False),
    sa.Column("written", UtcTime, nullable=False),
    sa.Column("approved_by", sa.Integer, nullable=True),
    sa.Column("approved", UtcTime, nullable=True),
    sa.Column("queued", UtcTime, nullable=True),
    **NEVER_AGAIN,
)
"""`content` holds texts, link, topic, audience and time; `digest` is of all of that together."""

WAITING, APPROVED, SENDING = "waiting", "approved", "sending"
PAUSED, STOPPED, RETURNED = "paused", "stopped", "returned"


@dataclass(frozen=True)
class Announcement:
    """An announcement as written down."""

    id: int
    content: Mapping[str, Any]
    digest: str
    state: str
    written_by: int
    written: dt.datetime
    approved_by: int | None
    approved: dt.datetime | None
    queued: dt.datetime | None


def digest_of(content: Mapping[str, Any]) -> str:
    """Give the digest of what is approved: any change of text, audience or time makes another."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


async def add(
    conn: AsyncConnection, content: Mapping[str, Any], *, by: int, now: dt.datetime
) -> int:
    """Write an announcement down, to be approved; gives its number."""
    row = {
        "content": dict(content),
        "digest": digest_of(content),
        "state": WAITING,
        "written_by": by,
        "written": now,
    }
    added = await conn.execute(sa.insert(announcements), row)
    key = added.inserted_primary_key
    assert key is not None, "an insert of one row gives its key"
    return int(key[0])


async def find(conn: AsyncConnection, number: int) -> Announcement | None:
    """Find an announcement by its number."""
    found = sa.select(announcements).where(announcements.c.id == number)
    row = (await conn.execute(found)).one_or_none()
    return Announcement(**row._mapping) if row else None  # noqa: SLF001 - its public name


async def recent(conn: AsyncConnection, limit: int = 8) -> list[Announcement]:
    """Give the newest announcements."""
    found = sa.select(announcements).order_by(announcements.c.id.desc()).limit(limit)
    return [Announcement(**row._mapping) for row in await conn.execute(found)]  # noqa: SLF001


async def in_state(conn: AsyncConnection, state: str) -> list[Announcement]:
    """Give the announcements in a state, oldest first."""
    found = sa.select(announcements).where(announcements.c.state == state)
    rows = await conn.execute(found.order_by(announcements.c.id))
    return [Announcement(**row._mapping) for row in rows]  # noqa: SLF001


async def same_since(conn: AsyncConnection, texts: Mapping[str, str], since: dt.datetime) -> bool:
    """Tell whether the same texts were written down since a moment."""
    found = sa.select(announcements.c.content).where(announcements.c.written >= since)
    return any(row.content["texts"] == texts for row in await conn.execute(found))


async def approve(conn: AsyncConnection, number: int, *, by: int, now: dt.datetime) -> bool:
    """Approve an announcement that waits; False where it does not, or by who wrote it."""
    done = await conn.execute(
        sa.update(announcements)
        .where(
            announcements.c.id == number,
            announcements.c.state == WAITING,
            announcements.c.written_by != by,
        )
        .values(state=APPROVED, approved_by=by, approved=now)
    )
    return bool(done.rowcount)


async def turn(conn: AsyncConnection, number: int, before: Sequence[str], after: str) -> bool:
    """Bring an announcement from one of some states into another."""
    done = await conn.execute(
        sa.update(announcements)
        .where(announcements.c.id == number, announcements.c.state.in_(list(before)))
        .values(state=after)
    )
    return bool(done.rowcount)


def _audience(rule: Mapping[str, Any], topic: str) -> list[sa.ColumnElement[bool]]:
    """Give who an audience is: subscribers of the topic, or holders of roles; narrowed further."""
    wanted: list[sa.ColumnElement[bool]] = []
    if rule.get("roles"):
        held = sa.select(roles.c.person_id).where(roles.c.role.in_(rule["roles"]))
        if rule.get("agencies"):
            held = held.where(roles.c.agency.in_(rule["agencies"]))
        wanted.append(people.c.id.in_(held))
    else:
        subscribed = sa.select(topics.c.person_id).where(topics.c.topic == topic)
        wanted.append(people.c.id.in_(subscribed))
    if rule.get("channels"):
        wanted.append(people.c.channel.in_(rule["channels"]))
    if rule.get("langs"):
        wanted.append(people.c.lang.in_(rule["langs"]))
    return wanted


async def count(conn: AsyncConnection, rule: Mapping[str, Any], topic: str) -> int:
    """Count whom an audience holds now."""
    found = sa.select(sa.func.count()).select_from(people).where(*_audience(rule, topic))
    return int((await conn.execute(found)).scalar_one())


async def queue(
    conn: AsyncConnection,
    number: int,
    bodies: Mapping[str, Mapping[str, Any]],
    *,
    rule: Mapping[str, Any],
    topic: str,
    not_before: dt.datetime,
    now: dt.datetime,
) -> int:
    """Queue an announcement for everybody it is for, in one statement; gives how many are new.

    `bodies` are what is sent, by language; who cannot be reached is written down as blocked, so
    that the sum of all states is the number of people.
    """
    reached = people.c.blocked.is_(None)
    body = sa.case(
        (people.c.lang == "en", sa.literal(dict(bodies["en"]), sa.JSON)),
        else_=sa.literal(dict(bodies["vi"]), sa.JSON),
    )
    key = sa.literal(f"announce:{number}:person:") + sa.cast(people.c.id, sa.String)
    chosen = {
        "key": key,
        "person_id": people.c.id,
        "channel": people.c.channel,
        "user": people.c.user,
        "priority": sa.literal(ANNOUNCEMENT),
        "body": body,
        "created": sa.literal(now, UtcTime),
        "not_before": sa.literal(not_before, UtcTime),
        "state": sa.case((reached, "queued"), else_="blocked"),
        "done": sa.case((reached, sa.null()), else_=sa.literal(now, UtcTime)),
        "tries": sa.literal(0),
        "lease_by": sa.literal(""),
    }
    found = sa.select(*(value.label(name) for name, value in chosen.items()))
    new = insert(conn, outbox).from_select(
        list(chosen), found.select_from(people).where(*_audience(rule, topic))
    )
    done = await conn.execute(new.on_conflict_do_nothing())
    noted = sa.update(announcements).where(announcements.c.id == number)
    await conn.execute(noted.values(state=SENDING, queued=now))
    return int(done.rowcount)


def _number(key: str) -> int:
    """Give the announcement a message's key names."""
    return int(key.split(":")[1])


def _of(number: int) -> sa.ColumnElement[bool]:
    """Find an announcement's messages by the beginning of their key."""
    return sa.and_(outbox.c.key >= f"announce:{number}:", outbox.c.key < f"announce:{number};")


async def states(conn: AsyncConnection, number: int) -> dict[str, int]:
    """Count an announcement's recipients by state: each is in exactly one."""
    found = sa.select(outbox.c.state, sa.func.count()).where(_of(number))
    rows = await conn.execute(found.group_by(outbox.c.state))
    return {row[0]: int(row[1]) for row in rows}


async def hold(conn: AsyncConnection, number: int) -> int:
    """Pause what is not sent yet; a lease stands, for its message may be on its way."""
    return await _move(conn, number, "queued", "paused", None)


async def release(conn: AsyncConnection, number: int) -> int:
    """Go on with what was paused."""
    return await _move(conn, number, "paused", "queued", None)


async def stop(conn: AsyncConnection, number: int, now: dt.datetime) -> int:
    """Stop for good what is not sent yet."""
    held = await _move(conn, number, "paused", "stopped", now)
    return held + await _move(conn, number, "queued", "stopped", now)


async def drop(conn: AsyncConnection, person: int, topic: str, now: dt.datetime) -> int:
    """End what waits for somebody of a topic they want no more of; gives how many that was."""
    waiting = sa.select(outbox.c.id, outbox.c.key).where(
        outbox.c.person_id == person,
        outbox.c.priority == ANNOUNCEMENT,
        outbox.c.state.in_(("queued", "paused")),
    )
    gone = []
    for row in (await conn.execute(waiting)).all():
        about = await find(conn, _number(row.key))
        if about and about.content["topic"] == topic:
            gone.append(row.id)
    ended = sa.update(outbox).where(outbox.c.id.in_(gone))
    await conn.execute(ended.values(state="opted-out", done=now))
    return len(gone)


async def _move(
    conn: AsyncConnection, number: int, before: str, after: str, now: dt.datetime | None
) -> int:
    moved = sa.update(outbox).where(_of(number), outbox.c.state == before)
    done = await conn.execute(moved.values(state=after, done=now))
    return int(done.rowcount)


async def rows(conn: AsyncConnection) -> list[dict[str, Any]]:
    """Give what became of every announced message, for an export without persons."""
    found = sa.select(
        outbox.c.key,
        outbox.c.created,
        outbox.c.done,
        outbox.c.channel,
        outbox.c.state,
        outbox.c.reason,
    ).where(outbox.c.priority == ANNOUNCEMENT)
    return [
        {
            "at": row.created,
            "announcement": _number(row.key),
            "channel": row.channel,
            "state": row.state,
            "reason": row.reason,
            "done": row.done,
        }
        for row in await conn.execute(found.order_by(outbox.c.id))
    ]
