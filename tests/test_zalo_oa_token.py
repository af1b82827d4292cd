"""Zalo's tokens: one renewal for all, saved before use, and an alarm where they are lost."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.channels.channel import LaterError
from bot.channels.zalo_oa import ZaloOA
from bot.channels.zalo_oa_token import LEASE, LOST, NEEDED, PAIR, Pair
from bot.library import Library
from db import facts
from db.engine import open_engine, upgrade
from tests.test_database import empty, ready
from tests.zalooa.bot import channel, service
from tests.zalooa.running import Zalo, running
from tests.zalooa.server import MESSAGE, TOKEN
from tests.zalooa.state import APP_ID, APP_SECRET, FIRST

__all__ = ["empty", "ready"]
LAN = "7001"


@pytest.fixture
def zalo() -> Iterator[Zalo]:
    """Give a platform on which Lan has just written."""
    with running() as platform:
        platform.person(LAN).last = platform.state.clock()
        yield platform


Doing = Callable[[Callable[..., ZaloOA]], Awaitable[Any]]


@pytest.fixture
def processes(library: Library, ready: str, zalo: Zalo) -> Callable[[Doing], Any]:
    """Give a way to act with channels that share a database and nothing else."""

    def act(doing: Doing) -> Any:
        async def within() -> Any:
            channels: list[ZaloOA] = []

            def another(refresh: str = FIRST) -> ZaloOA:
                engine = open_engine(ready)
                channels.append(channel(service(library, engine, zalo), zalo, refresh))
                return channels[-1]

            try:
                return await doing(another)
            finally:
                for one in channels:
                    await one.close()
                    await one.service.engine.dispose()

        return asyncio.run(within())

    return act


async def fact(one: ZaloOA, name: str, value: str | None = None) -> str | None:
    """Read a fact, or write it."""
    async with one.service.engine.begin() as conn:
        if value is not None:
            await facts.put(conn, name, value)
        return await facts.get(conn, name)


async def patiently(one: ZaloOA) -> str:
    """Ask for a token until there is one."""
    async with asyncio.timeout(15):
        while True:
            try:
                return await one.tokens.access()
            except LaterError as later:
                await asyncio.sleep(later.seconds)


def test_twenty_senders_make_one_renewal(processes: Callable[[Doing], Any], zalo: Zalo) -> None:
    async def doing(another: Callable[..., ZaloOA]) -> None:
        one = another()
        await asyncio.gather(*(one.send(LAN, {"text": f"a{n}"}) for n in range(20)))
        assert zalo.answers(TOKEN) == [0]
        zalo.state.until = zalo.state.clock()  # it ends before its time
        await asyncio.gather(*(one.send(LAN, {"text": f"b{n}"}) for n in range(20)))

    processes(doing)
    assert zalo.answers(TOKEN) == [0, 0]
    assert len(zalo.shown(LAN)) == 40
    assert -220 in zalo.answers(MESSAGE)


def test_two_processes_make_one_renewal(processes: Callable[[Doing], Any], zalo: Zalo) -> None:
    async def doing(another: Callable[..., ZaloOA]) -> list[str]:
        both = another(), another()
        first = await asyncio.gather(*map(patiently, both))
        zalo.state.clock.forward(hours=30)
        return [*first, *await asyncio.gather(*map(patiently, both))]

    a, b, c, d = processes(doing)
    assert a == b != c == d
    assert zalo.answers(TOKEN) == [0, 0]


def test_a_token_is_renewed_before_its_end_and_the_old_one_serves_meanwhile(
    processes: Callable[[Doing], Any], zalo: Zalo
) -> None:
    async def doing(another: Callable[..., ZaloOA]) -> list[str]:
        one = another()
        first = await one.tokens.access()
        zalo.state.clock.forward(hours=21)
        zalo.state.fail("drop_before", TOKEN)
        second = await one.tokens.access()
        third = await another().tokens.access()
        await one.send(LAN, {"text": "a"})
        return [first, second, third]

    first, second, third = processes(doing)
    assert first == second != third
    assert zalo.answers(MESSAGE) == [0]
    assert zalo.answers(TOKEN) == [0, 500, 0]


def test_a_pair_is_saved_before_it_is_used(library: Library, tmp_path: Path, zalo: Zalo) -> None:
    database = tmp_path / "saved.db"
    seen: list[tuple[str, str]] = []

    def look(used: str) -> None:
        with closing(sqlite3.connect(database)) as conn:
            found = conn.execute("SELECT value FROM settings WHERE name = ?", (PAIR,)).fetchone()
        seen.append((used, json.loads(found[0])["access"]))

    async def doing() -> None:
        engine = open_engine(f"sqlite+aiosqlite:///{database}")
        await upgrade(engine)
        one = channel(service(library, engine, zalo), zalo)
        await one.send(LAN, {"text": "a"})
        zalo.state.until = zalo.state.clock()
        await one.send(LAN, {"text": "b"})
        await one.close()
        await engine.dispose()

    zalo.state.used = look
    asyncio.run(doing())
    assert len({used for used, _ in seen}) == 2
    assert all(used == saved for used, saved in seen)


def test_a_pair_that_cannot_be_saved_is_not_used_and_not_forgotten(
    library: Library, tmp_path: Path, zalo: Zalo
) -> None:
    database = tmp_path / "full.db"

    def order(command: str) -> None:
        with closing(sqlite3.connect(database)) as conn:
            conn.execute(command)
            conn.commit()

    async def doing() -> None:
        engine = open_engine(f"sqlite+aiosqlite:///{database}")
        await upgrade(engine)
        order(
            f"CREATE TRIGGER full BEFORE INSERT ON settings WHEN NEW.name = '{PAIR}' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        one = channel(service(library, engine, zalo), zalo)
        for _ in range(2):
            with pytest.raises(sa.exc.IntegrityError):
                await one.send(LAN, {"text": "a"})
        order("DROP TRIGGER full")
        await one.send(LAN, {"text": "a"})
        await one.close()
        await engine.dispose()

    asyncio.run(doing())
    assert zalo.answers(TOKEN) == [0]
    assert zalo.answers(MESSAGE) == [0]


def test_a_lost_pair_is_alarmed_once_and_a_new_token_opens_the_channel(
    processes: Callable[[Doing], Any], zalo: Zalo, caplog: pytest.LogCaptureFixture
) -> None:
    async def doing(another: Callable[..., ZaloOA]) -> None:
        crashed, one = another(), another()
        # Another process took the lease and asked; it died before it could save.
        zalo.state.grant(FIRST)
        until = zalo.state.clock().isoformat()
        await fact(crashed, LEASE, until)
        for _ in range(5):
            with pytest.raises(LaterError) as closed:
                await one.send(LAN, {"text": "a"})
            assert closed.value.all_chats
            assert closed.value.seconds > 100
        with pytest.raises(LaterError):
            await another().send(LAN, {"text": "a"})
        assert zalo.answers(TOKEN) == [-14014]
        assert await fact(one, LOST)
        await another(zalo.state.refresh).send(LAN, {"text": "b"})

    processes(doing)
    alarms = [one for one in caplog.records if one.getMessage() == NEEDED]
    assert len(alarms) == 2  # one of each process
    assert {one.levelno for one in alarms} == {logging.ERROR}
    assert zalo.answers(MESSAGE) == [0]


def test_a_crash_before_the_call_loses_nothing(
    processes: Callable[[Doing], Any], zalo: Zalo
) -> None:
    async def doing(another: Callable[..., ZaloOA]) -> str:
        one = another()
        await fact(one, LEASE, zalo.state.clock().isoformat())
        return await one.tokens.access()

    assert processes(doing) == zalo.state.access


def test_an_answer_of_the_oauth_server_that_got_lost_is_found_out(
    processes: Callable[[Doing], Any], zalo: Zalo, caplog: pytest.LogCaptureFixture
) -> None:
    async def doing(another: Callable[..., ZaloOA]) -> None:
        zalo.state.fail("drop_after", TOKEN)
        with pytest.raises(LaterError):
            await another().tokens.access()
        assert NEEDED not in caplog.text
        with pytest.raises(LaterError):
            await another().tokens.access()

    processes(doing)
    assert NEEDED in caplog.text
    assert zalo.answers(TOKEN) == [0, -14014]


def test_a_sender_that_is_cancelled_does_not_lose_the_pair(
    processes: Callable[[Doing], Any], zalo: Zalo
) -> None:
    async def doing(another: Callable[..., ZaloOA]) -> str | None:
        one = another()
        sending = asyncio.create_task(one.tokens.access())
        async with asyncio.timeout(10):
            while not one.tokens.work:  # noqa: ASYNC110 - a condition, not an event of ours
                await asyncio.sleep(0)
        sending.cancel()
        await one.close()
        return await fact(one, PAIR)

    pair = Pair.load(processes(doing))
    assert pair
    assert pair.refresh == zalo.state.refresh


def test_a_token_that_stays_refused_is_not_renewed_again_and_again(
    processes: Callable[[Doing], Any], zalo: Zalo, caplog: pytest.LogCaptureFixture
) -> None:
    async def doing(another: Callable[..., ZaloOA]) -> None:
        zalo.state.fail("error", MESSAGE, code=-216, times=2)
        with pytest.raises(LaterError) as closed:
            await another().send(LAN, {"text": "a"})
        assert closed.value.all_chats

    processes(doing)
    assert zalo.answers(MESSAGE) == [-216, -216]
    assert zalo.answers(TOKEN) == [0, 0]
    assert "error -216" in [getattr(one, "why", "") for one in caplog.records]


def test_the_server_refuses_what_zalo_would(zalo: Zalo) -> None:
    form = {"refresh_token": FIRST, "app_id": APP_ID, "grant_type": "refresh_token"}
    url, secret = f"{zalo.url}{TOKEN}", {"secret_key": APP_SECRET}
    assert httpx.post(url, data=form).json()["error"] == -14002
    assert httpx.post(url, json=form, headers=secret).json()["error"] == -14002
    token = httpx.post(url, data=form, headers=secret).json()["access_token"]
    assert httpx.post(url, data=form, headers=secret).json()["error"] == -14014
    url, body = f"{zalo.url}{MESSAGE}", {"recipient": {"user_id": LAN}, "message": {"text": "a"}}
    bearer = {"Authorization": f"Bearer {token}"}
    assert httpx.post(url, json=body, headers=bearer).json()["error"] == -216
    bare = {"access_token": token}
    assert httpx.post(url, json=body, headers=bare).json()["data"]["user_id"] == LAN
    long = {**body, "message": {"text": "a" * 2001}}
    assert httpx.post(url, json=long, headers=bare).json()["error"] == -210
    dead = f"{zalo.url}/v2.0/oa/message"
    assert httpx.post(dead, json=body, headers=bare).json()["error"] == -240
    zalo.state.clock.forward(hours=26)
    assert httpx.post(url, json=body, headers=bare).json()["error"] == -220
