"""The log of cases: its chain, a thousand tamperings, and a recount of the published figures."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import json
import random
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from content.whole import HERE
from db import case_log
from db.case_log import Act
from db.engine import open_engine, upgrade
from tests.case_lives import BEGIN, filled
from tests.conftest import Motcua
from tests.test_database import empty, ready, using

__all__ = ["empty", "ready"]


async def wrong(engine: AsyncEngine) -> list[str]:
    async with engine.begin() as conn:
        return [line async for line in case_log.problems(conn)]


def test_the_chain_is_whole_on_both_databases(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[str]:
        await filled(engine, 12)
        return await wrong(engine)

    assert using(ready, work) == []


def test_two_who_write_at_once_do_not_break_the_chain(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[str]:
        other = open_engine(ready)

        async def write(on: AsyncEngine, number: int) -> None:
            async with on.begin() as conn:
                await case_log.append(
                    conn, number, "noted", actor=1, role="handler", now=BEGIN, text="x"
                )

        await asyncio.gather(*(write(on, n) for n in range(10) for on in (engine, other)))
        await other.dispose()
        return await wrong(engine)

    assert using(ready, work) == []


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a log of some hundred acts."""
    file = tmp_path_factory.mktemp("log") / "motcua.db"

    async def make() -> None:
        engine = open_engine(f"sqlite+aiosqlite:///{file}")
        await upgrade(engine)
        await filled(engine, 60)
        await engine.dispose()

    asyncio.run(make())
    return file


def test_a_thousand_of_a_thousand_tamperings_are_found(logged: Path) -> None:
    with sqlite3.connect(logged) as raw:
        raw.row_factory = sqlite3.Row
        acts = [_act(row) for row in raw.execute("SELECT * FROM case_events ORDER BY id")]
        head = raw.execute("SELECT value FROM settings WHERE name = 'cases.head'").fetchone()[0]
    chance = random.Random(5)
    assert _whole(acts, head)
    found = sum(not _whole(*_tampered(acts, head, chance)) for _ in range(1000))
    assert found == 1000


def _act(row: sqlite3.Row) -> Act:
    at = dt.datetime.fromisoformat(row["at"]).replace(tzinfo=dt.UTC)
    first = (row["id"], row["case_id"], at, row["kind"], row["actor"], row["role"])
    return Act(*first, json.loads(row["data"]), row["digest"], row["previous"], row["hash"])


def _whole(acts: list[Act], head: str) -> bool:
    """Check the chain by the rule in words: each act follows the one before, up to the head."""
    number, hash_ = 0, case_log.START
    for act in acts:
        if (act.id, act.previous, act.hash) != (number + 1, hash_, act.expected_hash()):
            return False
        number, hash_ = act.id, act.hash
    return head == f"{number} {hash_}"


def _tampered(acts: list[Act], head: str, chance: random.Random) -> tuple[list[Act], str]:
    """Change one thing: a field of an act, its place, or whether it is there."""
    changed = list(acts)
    at = chance.randrange(len(acts))
    if chance.random() < 0.6:
        changed[at] = _changed(acts[at], chance)
        return changed, head
    match chance.randrange(4):
        case 0:
            del changed[at]
        case 1:
            changed.insert(at, acts[at])
        case 2:
            other = (at + 1) % len(acts)
            changed[at], changed[other] = changed[other], changed[at]
        case _:
            del changed[at:]
    return changed, head


def _changed(one: Act, chance: random.Random) -> Act:
    """Change a field of an act; sometimes its own hash too, as one who knows how it is made."""
    match chance.randrange(6):
        case 0:
            return _with(one, at=one.at + dt.timedelta(microseconds=1))
        case 1:
            return _with(one, data={**one.data, "outcome": "fixed", "x": 1})
        case 2:
            return _with(one, kind="confirmed" if one.kind != "confirmed" else "rated")
        case 3:
            return _with(one, actor=(one.actor or 0) + 1)
        case 4:
            return _with(one, case=one.case + 1)
    false = _with(one, role="nobody")
    return _with(false, hash=false.expected_hash())


def _with(act: Act, **values: Any) -> Act:
    return Act(**{**act.__dict__, **values})


def test_the_command_finds_a_change_in_the_database(
    motcua: Motcua, logged: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "motcua.db"
    copy.write_bytes(logged.read_bytes())
    address = {"BOT_DATABASE_URL": f"sqlite+aiosqlite:///{copy}", "BOT_CONTENT_DIR": str(HERE)}
    good = motcua("verify", **address)
    assert (good.code, "the chain is whole" in good.out) == (0, True)
    with sqlite3.connect(copy) as raw:
        raw.execute('UPDATE case_events SET data = \'{"outcome": "fixed"}\' WHERE id = 3')
    bad = motcua("verify", **address)
    assert bad.code == 1
    assert "act 3 was changed" in bad.err


def test_a_case_that_is_listed_better_than_its_log_tells_is_found(
    motcua: Motcua, logged: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "motcua.db"
    copy.write_bytes(logged.read_bytes())
    with sqlite3.connect(copy) as raw:
        raw.execute("UPDATE cases SET outcome = 'nice' WHERE id = 4")
    address = {"BOT_DATABASE_URL": f"sqlite+aiosqlite:///{copy}", "BOT_CONTENT_DIR": str(HERE)}
    assert "case 4 is not listed as its log tells" in motcua("verify", **address).err


def test_a_recount_of_the_exported_log_gives_the_published_figures(
    motcua: Motcua, logged: Path
) -> None:
    address = {"BOT_DATABASE_URL": f"sqlite+aiosqlite:///{logged}", "BOT_CONTENT_DIR": str(HERE)}
    published = json.loads(motcua("stats", "--json", **address).out)
    exported = motcua("export", "cases", "--format", "csv", **address).out
    counted = recount(list(csv.DictReader(io.StringIO(exported))))
    assert {name: published[name] for name in counted} == counted
    satisfaction = published["satisfaction"]
    assert satisfaction["target"] == 0.8
    if satisfaction["rated"]:
        assert satisfaction["low"] <= satisfaction["share"] <= satisfaction["high"]


def recount(rows: list[dict[str, str]]) -> dict[str, Any]:
    """Count by hand, in words of its own: the last state of each case, and the last answer."""
    last: dict[str, str] = {}
    outcome: dict[str, str] = {}
    rating: dict[str, int] = {}
    sent_back: Counter[str] = Counter()
    moves = {
        "received": "open",
        "assigned": "open",
        "handed-on": "open",
        "started": "open",
        "asked": "open",
        "answered": "done",
        "confirmed": "confirmed",
        "silent": "silent",
        "withdrawn": "withdrawn",
        "merged": "merged",
        "spam": "spam",
        "rejected": "open",
    }
    for row in rows:
        case, kind = row["case"], row["kind"]
        last[case] = moves.get(kind, last.get(case, "open"))
        if kind == "answered":
            outcome[case] = json.loads(row["data"])["outcome"]
        if kind == "rejected":
            sent_back[case] += 1
            outcome.pop(case, None)
            rating.pop(case, None)
        if kind == "rated":
            rating[case] = json.loads(row["data"])["rating"]
    states = Counter(last.values())
    answered = [case for case, state in last.items() if state in ("done", "confirmed", "silent")]
    outcomes = Counter(outcome[case] for case in answered)
    return {
        "received": len(last),
        "open": states["open"],
        "answered": len(answered),
        "answered_fixed": outcomes["fixed"],
        "answered_explained": outcomes["explained"],
        "answered_not-ours": outcomes["not-ours"],
        "answered_not-fixed": outcomes["not-fixed"],
        "confirmed": states["confirmed"],
        "silent": states["silent"],
        "withdrawn": states["withdrawn"],
        "merged": states["merged"],
        "spam": states["spam"],
        "sent_back_ever": len(sent_back),
    }
