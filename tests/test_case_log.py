"""The log of cases: check figures, chain, tampering, recount, and figures nobody can flatter."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import json
import random
import sqlite3
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from content.load import HERE, load
from db import case_log, cases
from db.case_log import Act
from db.engine import open_engine, upgrade
from handlers.cases.codes import LENGTH, check, is_code, new_code, read_code, shown
from handlers.cases.desk import listed
from handlers.cases.figures import figures, wilson
from handlers.cases.story import ALLOWED, OPEN, OUTCOMES, Clock, Story, next_state, tell
from handlers.context import ZONE
from handlers.reports.due import working_days
from tests.conftest import Motcua
from tests.test_database import empty, ready, using

__all__ = ["empty", "ready"]
CONTENT = load(HERE)
CLOCK = Clock(working_days(CONTENT), CONTENT.feedback.days)
BEGIN = dt.datetime(2026, 3, 2, 9, tzinfo=ZONE)
FIGURES = "0123456789"


def test_every_slip_of_one_figure_and_every_swap_is_seen() -> None:
    # All codes of three figures and their check figure stand for all longer ones: Damm's check
    # looks at one figure after the other.
    for told in map("".join, product(FIGURES, repeat=3)):
        code = told + check(told)
        for at in range(len(code)):
            for other in FIGURES:
                slip = code[:at] + other + code[at + 1 :]
                assert (check(slip[:-1]) == slip[-1]) == (slip == code)
        for at in range(len(code) - 1):
            swap = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            assert (check(swap[:-1]) == swap[-1]) == (swap == code)


def test_codes_as_given_out_survive_no_slip_and_no_swap() -> None:
    for code in [new_code() for _ in range(200)]:
        assert is_code(code)
        assert read_code(shown(code)) == code
        slips = {code[:at] + f + code[at + 1 :] for at in range(LENGTH) for f in FIGURES} - {code}
        swaps = {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(LENGTH - 1)}
        assert not any(map(is_code, slips))
        assert not any(map(is_code, swaps - {code}))


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_codes(text: str) -> None:
    assert read_code(text) is None or is_code(read_code(text) or "")


async def filled(engine: AsyncEngine, count: int, seed: int = 1) -> None:
    """Let many cases live through random acts, all of them allowed."""
    chance = random.Random(seed)
    now = BEGIN
    async with engine.begin() as conn:
        for number in range(count):
            now += dt.timedelta(hours=chance.randrange(1, 20))
            due = CLOCK.days.add(now.date(), CLOCK.rules.answer)
            case = await cases.add(
                conn, code=new_code(), person_id=None, sealed="", kind="phan-anh", now=now, due=due
            )
            first = {"kind": "phan-anh", "anonymous": True}
            await case_log.append(
                conn,
                case.id,
                "received",
                actor=None,
                role="citizen",
                now=now,
                data=first,
                text=f"lời số {number}",
            )
            at = now
            for _ in range(chance.randrange(12)):
                acts = await case_log.of_case(conn, case.id)
                story = tell(acts, CLOCK)
                assert story is not None
                kinds = [
                    k for k in ALLOWED if next_state(story, k) and k not in ("erased", "warned")
                ]
                kind = chance.choice(kinds)
                at += dt.timedelta(hours=chance.randrange(1, 90))
                await case_log.append(
                    conn,
                    case.id,
                    kind,
                    actor=7,
                    role="handler",
                    now=at,
                    data=told(kind, chance),
                    text="lời" if kind in ("answered", "rejected", "noted") else "",
                )
            ended = tell(await case_log.of_case(conn, case.id), CLOCK)
            assert ended is not None
            await cases.change(conn, case.id, **listed(ended))


def told(kind: str, chance: random.Random) -> dict[str, Any]:
    match kind:
        case "answered":
            return {"outcome": chance.choice(OUTCOMES)}
        case "rated":
            return {"rating": chance.randrange(1, 6)}
        case "assigned" | "handed-on":
            return {"agency": chance.choice(("so-y-te", "so-xay-dung")), "field": "Chung"}
    return {}


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


ACTS = st.lists(st.tuples(st.sampled_from([*ALLOWED]), st.integers(1, 200)), max_size=25)


@given(ACTS, st.integers(0, 2**32))
def test_no_way_through_a_case_flatters_the_figures(
    wished: list[tuple[str, int]], seed: int
) -> None:
    """Whatever a dishonest handler tries: only what the citizen says makes a case settled."""
    acts, at, chance = [_first()], BEGIN, random.Random(seed)
    for kind, hours in wished:
        story = tell(acts, CLOCK)
        assert story is not None
        at += dt.timedelta(hours=hours)
        if next_state(story, kind):
            acts.append(Act(len(acts) + 1, 1, at, kind, 7, "handler", told(kind, chance)))
    story = tell(acts, CLOCK)
    assert story is not None
    _is_honest(story, acts)


def _first() -> Act:
    return Act(1, 1, BEGIN, "received", None, "citizen", {"kind": "phan-anh"})


def _is_honest(story: Story, acts: list[Act]) -> None:
    kinds = [act.kind for act in acts]
    found = figures([story], today=acts[-1].at.astimezone(ZONE).date(), target=0.8)
    last_answer = max((n for n, k in enumerate(kinds) if k == "answered"), default=-1)
    last_back = max((n for n, k in enumerate(kinds) if k == "rejected"), default=-1)
    # An answer that was sent back does not count, and nothing that ended otherwise is an answer.
    assert found["answered"] == int(
        last_answer > last_back and story.state in ("done", "confirmed", "silent")
    )
    assert found["received"] == 1
    assert (
        found["open"]
        + found["answered"]
        + sum(found[name] for name in ("withdrawn", "merged", "spam"))
        == 1
    )
    # The clock: never later than fifteen days, the longest pause and one extension together.
    most = CLOCK.rules.complex + CLOCK.rules.longest_pause
    assert story.due <= CLOCK.days.add(BEGIN.date(), most)
    assert story.due >= CLOCK.days.add(BEGIN.date(), CLOCK.rules.answer)
    if found["satisfaction"]["rated"]:
        assert story.state in ("done", "confirmed", "silent")
    if story.state in OPEN:
        assert story.on_time is None or story.answered is None


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(good: int, more: int) -> None:
    low, high = wilson(good, good + more)
    if good + more == 0:
        assert low is high is None
    else:
        assert low is not None
        assert high is not None
        assert 0 <= low <= good / (good + more) + 1e-4
        assert good / (good + more) - 1e-4 <= high <= 1
