"""The messages of an announcement: queued once for everybody it is for, and what became of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.announcements import SENDING, find
from db.engine import insert
from db.outbox import ANNOUNCEMENT
from db.people import Person
from db.schema import UtcTime, outbox, people, roles, topics
from db.schema_announcements import announcements, readings

CAN_EDIT = ("telegram",)
"""Channels on which a message that was sent can be put right in its place."""


def _audience(content: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
    """Give who an audience is: subscribers of the topic, or holders of roles; narrowed further.

    A correction goes to whom the announcement reached, or may have reached.
    """
    rule = content["audience"]
    wanted: list[sa.ColumnElement[bool]] = []
    if content.get("corrects"):
        wanted.append(people.c.id.in_(_reached(int(content["corrects"]))))
    elif rule.get("roles"):
        held = sa.select(roles.c.person_id).where(roles.c.role.in_(rule["roles"]))
        if rule.get("agencies"):
            held = held.where(roles.c.agency.in_(rule["agencies"]))
        wanted.append(people.c.id.in_(held))
    else:
        subscribed = sa.select(topics.c.person_id).where(topics.c.topic == content["topic"])
        wanted.append(people.c.id.in_(subscribed))
    if rule.get("channels"):
        wanted.append(people.c.channel.in_(rule["channels"]))
    if rule.get("langs"):
        wanted.append(people.c.lang.in_(rule["langs"]))
    return wanted


def _reached(number: int) -> sa.Select[Any]:
    there = sa.and_(_of(number), outbox.c.state.in_(("sent", "unknown")))
    return sa.select(outbox.c.person_id).where(there, outbox.c.person_id.is_not(None))


async def count(conn: AsyncConnection, content: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """Count whom an audience holds now, by channel and language."""
    by = (people.c.channel, people.c.lang)
    found = sa.select(*by, sa.func.count()).where(*_audience(content)).group_by(*by)
    return {(row[0], row[1]): int(row[2]) for row in await conn.execute(found)}


async def queue(
    conn: AsyncConnection,
    number: int,
    bodies: Mapping[str, Mapping[str, Any]],
    *,
    content: Mapping[str, Any],
    now: dt.datetime,
    most: Limit | None = None,
) -> int:
    """Queue an announcement for everybody it is for, in one statement; gives how many are new.

    `bodies` are what is sent, by language; who cannot be reached, or had `most` of late, is
    written down as such, so that the sum of all states is the number of people.
    """
    state = _state_at_first(most)
    chosen = {
        "key": sa.literal(f"announce:{number}:person:") + sa.cast(people.c.id, sa.String),
        "person_id": people.c.id,
        "channel": people.c.channel,
        "user": people.c.user,
        "priority": sa.literal(ANNOUNCEMENT),
        "body": _body(conn, bodies, content.get("corrects")),
        "created": sa.literal(now, UtcTime),
        "not_before": sa.literal(now, UtcTime),
        "state": state,
        "done": sa.case((state == "queued", sa.null()), else_=sa.literal(now, UtcTime)),
        "tries": sa.literal(0),
        "lease_by": sa.literal(""),
    }
    found = sa.select(*(value.label(name) for name, value in chosen.items()))
    new = insert(conn, outbox).from_select(
        list(chosen), found.select_from(people).where(*_audience(content))
    )
    done = await conn.execute(new.on_conflict_do_nothing())
    noted = sa.update(announcements).where(announcements.c.id == number)
    await conn.execute(noted.values(state=SENDING, queued=now))
    return int(done.rowcount)


@dataclass(frozen=True)
class Limit:
    """How many announcements a person gets since a moment."""

    most: int
    since: dt.datetime


def _state_at_first(most: Limit | None) -> sa.ColumnElement[str]:
    ends: list[tuple[Any, Any]] = [(people.c.blocked.is_not(None), "blocked")]
    if most:
        mine = outbox.alias()
        had = (
            sa.select(sa.func.count())
            .where(
                mine.c.person_id == people.c.id,
                mine.c.priority == ANNOUNCEMENT,
                mine.c.created > most.since,
                mine.c.state.in_(("queued", "paused", "sent", "unknown")),
            )
            .scalar_subquery()
        )
        ends.append((had >= most.most, "too-many"))
    return sa.case(*ends, else_="queued")


def _body(
    conn: AsyncConnection, bodies: Mapping[str, Mapping[str, Any]], corrects: int | None
) -> sa.ColumnElement[Any]:
    """Give what is sent as JSON text: in the person's language, in place of what is corrected."""
    plain = {lang: json.dumps(body, ensure_ascii=False) for lang, body in bodies.items()}
    text = _by_lang(plain)
    if corrects:
        before = outbox.alias()
        key = sa.literal(f"announce:{corrects}:person:") + sa.cast(people.c.id, sa.String)
        there = sa.select(before.c.sent_id).where(
            before.c.key == key,
            before.c.sent_id != "",
            before.c.channel.in_(CAN_EDIT),
            before.c.channel == people.c.channel,
            before.c.user == people.c.user,  # who is written to elsewhere by now gets it there
        )
        edit = sa.literal('{"edit": "') + there.scalar_subquery() + sa.literal('", ')
        rest = _by_lang({lang: body[1:] for lang, body in plain.items()})
        text = sa.func.coalesce(edit + rest, text)
    return sa.cast(text, sa.JSON) if conn.dialect.name == "postgresql" else text


def _by_lang(texts: Mapping[str, str]) -> sa.ColumnElement[str]:
    english = sa.literal(texts["en"], sa.Text)
    return sa.case((people.c.lang == "en", english), else_=sa.literal(texts["vi"], sa.Text))


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


async def ends(conn: AsyncConnection, number: int) -> dict[tuple[str, str, str], int]:
    """Count an announcement's recipients by channel, language and state."""
    by = (outbox.c.channel, people.c.lang, outbox.c.state)
    found = sa.select(*by, sa.func.count()).join(people, people.c.id == outbox.c.person_id)
    rows = await conn.execute(found.where(_of(number)).group_by(*by))
    return {(row[0], row[1], row[2]): int(row[3]) for row in rows}


async def ended_since(conn: AsyncConnection, number: int, since: dt.datetime) -> int:
    """Count the messages of an announcement that ended since a moment: how fast it goes."""
    found = sa.select(sa.func.count()).where(_of(number), outbox.c.done >= since)
    return int((await conn.execute(found)).scalar_one())


async def read(conn: AsyncConnection, number: int, person: Person, now: dt.datetime) -> None:
    """Note that somebody has read an announcement; once is enough."""
    new = insert(conn, readings).values(announcement=number, person_id=person.id, at=now)
    await conn.execute(new.on_conflict_do_nothing())


async def is_for(conn: AsyncConnection, number: int, person: Person) -> bool:
    """Tell whether an announcement was queued for somebody."""
    key = f"announce:{number}:person:{person.id}"
    return (
        await conn.execute(sa.select(outbox.c.id).where(outbox.c.key == key))
    ).first() is not None


async def unread(conn: AsyncConnection, number: int) -> list[tuple[Person, str]]:
    """Give whom an announcement was for who have not said that they read it, with their names."""
    done = sa.select(readings.c.person_id).where(readings.c.announcement == number)
    meant = sa.select(outbox.c.person_id).where(_of(number))
    found = sa.select(people).where(people.c.id.in_(meant), people.c.id.not_in(done))
    rows = await conn.execute(found.order_by(people.c.id))
    return [(Person(row.id, row.channel, row.user, row.lang), row.name) for row in rows]


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
