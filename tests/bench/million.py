"""Fills a database with a million acts on cases whose log and lists hold, for the restore drill.

`BOT_DATABASE_URL=… python -m tests.bench.million [ACTS]`, on a database of this schema; with
`--more` it goes on adding an act now and then until it is stopped: a bot that works meanwhile.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot.settings import load
from content.load import load as load_content
from content.whole import Content
from db import case_log, facts
from db.case_log import HEAD, START, Act, digest_of
from db.engine import Connection, Engine, open_engine
from db.schema_cases import case_events, case_texts, cases
from handlers.cases.desk import listed
from handlers.cases.story import Clock, tell
from handlers.context import ZONE
from handlers.reports.due import working_days

BEGIN = dt.datetime(2016, 1, 4, 8, tzinfo=ZONE)
DAY = dt.timedelta(days=1)
SALT = "0" * 32
PAGE = 2000
ACTS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("received", "citizen", {"kind": "phan-anh", "anonymous": True, "photos": 0}, "Đèn hỏng"),
    ("assigned", "system", {"agency": "so-xay-dung", "field": "Chung"}, ""),
    ("started", "handler", {}, ""),
    ("answered", "handler", {"outcome": "fixed"}, "Đã sửa"),
    ("confirmed", "citizen", {}, ""),
)
"""A case's life: kind of act, whose, what it says, and its words."""


async def fill(conn: Connection, content: Content, acts: int) -> None:
    """Write cases with five acts each straight into the tables, chained as the log chains them."""
    clock = Clock(working_days(content), content.feedback.days)
    count, last = acts // len(ACTS), START
    for first in range(0, count, PAGE):
        lives = []
        for case in range(first + 1, min(first + PAGE, count) + 1):
            lives.append(list(_life(case, last)))
            last = lives[-1][-1].hash
        found = [_listed(life, clock) for life in lives]
        await conn.execute(sa.insert(cases), found)
        await conn.execute(sa.insert(case_events), [_row(act) for life in lives for act in life])
        await conn.execute(sa.insert(case_texts), [t for life in lives for t in _texts(life)])
    await facts.put(conn, HEAD, f"{count * len(ACTS)} {last}")


def _life(case: int, previous: str) -> Iterator[Act]:
    at = BEGIN + dt.timedelta(minutes=25 * case)
    for step, (kind, role, data, text) in enumerate(ACTS):
        number = (case - 1) * len(ACTS) + step + 1
        digest = digest_of(text, SALT) if text else ""
        act = Act(number, case, at + step * DAY, kind, None, role, data, digest, previous)
        previous = act.expected_hash()
        yield replace(act, hash=previous)


def _row(act: Act) -> dict[str, Any]:
    told = dict(vars(act))
    return {**told, "case_id": told.pop("case"), "data": dict(act.data)}


def _texts(life: list[Act]) -> Iterator[dict[str, Any]]:
    for act, (*_, text) in zip(life, ACTS, strict=True):
        if text:
            yield {"event_id": act.id, "case_id": act.case, "salt": SALT, "text": text}


def _listed(life: list[Act], clock: Clock) -> dict[str, Any]:
    story = tell(life, clock)
    assert story is not None, "it has acts"
    number = life[0].case
    told = {"id": number, "code": f"{number:012d}", "received": life[0].at, "sealed": ""}
    return {**told, **listed(story)}


async def go_on(engine: Engine) -> None:
    """Add a case and an act again and again."""
    while True:
        now = dt.datetime.now(dt.UTC)
        async with engine.begin() as conn:
            await case_log.append(conn, 1, "noted", actor=None, role="handler", now=now, text="x")
        await asyncio.sleep(0.05)


async def main() -> None:
    """Do what the arguments say."""
    engine = open_engine(load().database)
    try:
        if "--more" in sys.argv:
            await go_on(engine)
        async with engine.begin() as conn:
            count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
            await fill(conn, load_content(), count)
            if conn.dialect.name == "postgresql":  # numbers were given by hand: go on after them
                again = "SELECT setval(pg_get_serial_sequence('cases', 'id'), max(id)) FROM cases"
                await conn.exec_driver_sql(again)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
