"""The log of cases: append-only, each act chained to the one before by a hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db import facts
from db.schema_cases import case_events, case_texts, cases

HEAD = "cases.head"
"""The fact that names the last act, number and hash: without it a cut-off end would not show."""
START = "0" * 64
PAGE = 2000


@dataclass(frozen=True)
class Act:
    """One act on a case: `actor` is the person's number, `role` as what they did it."""

    id: int
    case: int
    at: dt.datetime
    kind: str
    actor: int | None
    role: str
    data: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    previous: str = START
    hash: str = ""

    def expected_hash(self) -> str:
        """Work out the hash from all that the act says and the hash before it."""
        told = {
            "id": self.id,
            "case": self.case,
            "at": self.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "kind": self.kind,
            "actor": self.actor,
            "role": self.role,
            "data": dict(self.data),
            "digest": self.digest,
            "previous": self.previous,
        }
        plain = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


_ADD = sa.insert(case_events)
_ADD_TEXT = sa.insert(case_texts)


async def append(
    conn: AsyncConnection,
    case: int,
    kind: str,
    *,
    actor: int | None,
    role: str,
    now: dt.datetime,
    data: Mapping[str, Any] | None = None,
    text: str = "",
) -> Act:
    """Append an act; its words are kept beside the log."""
    await _one_at_a_time(conn)
    number, previous = await head(conn)
    salt = secrets.token_hex(16) if text else ""
    act = Act(number + 1, case, now, kind, actor, role, data or {}, digest_of(text, salt), previous)
    row = {
        "id": act.id,
        "case_id": case,
        "at": now,
        "kind": kind,
        "actor": actor,
        "role": role,
        "data": dict(act.data),
        "digest": act.digest,
        "previous": previous,
        "hash": act.expected_hash(),
    }
    await conn.execute(_ADD, row)
    if text:
        words = {"event_id": act.id, "case_id": case, "salt": salt, "text": text}
        await conn.execute(_ADD_TEXT, words)
    await facts.put(conn, HEAD, f"{act.id} {row['hash']}")
    return act


def digest_of(text: str, salt: str) -> str:
    """Give the digest of an act's words; "" where it has none."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest() if text else ""


async def head(conn: AsyncConnection) -> tuple[int, str]:
    """Give number and hash of the last act, as they were noted apart from the log."""
    told = await facts.get(conn, HEAD)
    if told is None:
        return 0, START
    number, _, hash_ = told.partition(" ")
    return int(number), hash_


async def of_case(conn: AsyncConnection, case: int) -> list[Act]:
    """Give the acts on a case, oldest first."""
    found = sa.select(case_events).where(case_events.c.case_id == case)
    rows = await conn.execute(found.order_by(case_events.c.id))
    return [_act(row) for row in rows]


async def words(conn: AsyncConnection, case: int) -> dict[int, str]:
    """Give the words of a case's acts, by the act's number."""
    found = sa.select(case_texts).where(case_texts.c.case_id == case)
    return {row.event_id: row.text for row in await conn.execute(found)}


class Step(NamedTuple):
    """What a case's story needs of an act, without what proves it."""

    case: int
    at: dt.datetime
    kind: str
    role: str
    data: Mapping[str, Any]


_STEPS = sa.text(
    "SELECT case_id, at, kind, role, data FROM case_events "
    "WHERE case_id > :first AND case_id <= :last ORDER BY case_id, id"
)
CASES = 5000
_NOTHING: Mapping[str, Any] = MappingProxyType({})


async def steps(conn: AsyncConnection) -> AsyncIterator[list[Step]]:
    """Give the steps of each case, oldest first, read as plainly as can be: there may be many."""
    last = (await conn.execute(sa.select(sa.func.max(case_events.c.case_id)))).scalar_one() or 0
    async for own in _steps_between(conn, 0, last):
        yield own


async def steps_of(
    conn: AsyncConnection, begin: dt.datetime, end: dt.datetime
) -> AsyncIterator[list[Step]]:
    """Give the steps of each case received from one moment until before another.

    Numbers of cases are given in the order of time: the list only tells where to read in the log.
    """
    there = sa.and_(cases.c.received >= begin, cases.c.received < end)
    found = sa.select(sa.func.min(cases.c.id), sa.func.max(cases.c.id))
    first, last = (await conn.execute(found.where(there))).one()
    if first is not None:
        async for own in _steps_between(conn, first - 1, last):
            if begin <= own[0].at < end:
                yield own


async def _steps_between(conn: AsyncConnection, after: int, last: int) -> AsyncIterator[list[Step]]:
    """Give the steps of the cases behind one number, up to another."""
    for first in range(after, last, CASES):
        rows = await conn.execute(_STEPS, {"first": first, "last": min(first + CASES, last)})
        own: list[Step] = []
        for case, at, kind, role, data in rows:
            if own and own[-1].case != case:
                yield own
                own = []
            own.append(Step(case, _time(at), kind, role, _plain(data)))
        if own:
            yield own


def _time(at: str | dt.datetime) -> dt.datetime:
    """Read a time as each database gives it to a plain question."""
    told = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
    return told if told.tzinfo else told.replace(tzinfo=dt.UTC)


def _plain(data: str | Mapping[str, Any]) -> Mapping[str, Any]:
    if data == "{}":
        return _NOTHING
    return json.loads(data) if isinstance(data, str) else data


async def all_words(conn: AsyncConnection) -> dict[int, str]:
    """Give the words of all acts, by the act's number."""
    found = await conn.execute(sa.select(case_texts.c.event_id, case_texts.c.text))
    return {row.event_id: row.text for row in found}


async def everything(
    conn: AsyncConnection, *, until: dt.datetime | None = None
) -> AsyncIterator[Act]:
    """Give all acts, oldest first, a page at a time."""
    last = 0
    while True:
        found = sa.select(case_events).where(case_events.c.id > last)
        if until is not None:
            found = found.where(case_events.c.at < until)
        rows = (await conn.execute(found.order_by(case_events.c.id).limit(PAGE))).all()
        for row in rows:
            yield _act(row)
        if len(rows) < PAGE:
            return
        last = rows[-1].id


async def forget_words(conn: AsyncConnection, of: Iterable[int]) -> None:
    """Remove the words of cases; the log keeps their digests, which tell nothing without them."""
    await conn.execute(sa.delete(case_texts).where(case_texts.c.case_id.in_(list(of))))


async def forget_word(conn: AsyncConnection, act: int) -> None:
    """Remove the words of one act."""
    await conn.execute(sa.delete(case_texts).where(case_texts.c.event_id == act))


async def problems(conn: AsyncConnection) -> AsyncIterator[str]:
    """Name what does not fit in the log: a changed, missing, added or moved act, changed words."""
    salted = {
        row.event_id: digest_of(row.text, row.salt)
        for row in await conn.execute(sa.select(case_texts))
    }
    number, hash_ = 0, START
    async for act in everything(conn):
        if act.id != number + 1:
            yield f"act {number + 1} is missing"
        if act.previous != hash_:
            yield f"act {act.id} does not follow the one before it"
        if act.hash != act.expected_hash():
            yield f"act {act.id} was changed"
        if act.id in salted and salted.pop(act.id) != act.digest:
            yield f"the words of act {act.id} were changed"
        number, hash_ = act.id, act.hash
    for left in salted:
        yield f"there are words of an act {left}, which is not there"
    if (number, hash_) != await head(conn):
        yield f"the log ends with act {number}, which is not where it ended last"


async def _one_at_a_time(conn: AsyncConnection) -> None:
    """Keep two acts from claiming the same place; SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("case_log"))))


def _act(row: sa.Row[Any]) -> Act:
    told = (row.id, row.case_id, row.at, row.kind, row.actor, row.role)
    return Act(*told, row.data, row.digest, row.previous, row.hash)
