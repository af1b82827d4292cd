"""Health is told in time and in a sentence, whatever the database and the clock do."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import cast

import httpx
import pytest
from starlette.types import Message

from bot.reminding import LAST
from bot.turn import Service
from bot.web import in_time, make_app
from content.load import load
from content.whole import HERE
from db import facts
from db.engine import Engine, open_engine, upgrade
from handlers.search.index import Index
from tests.test_database import NOON

CONTENT = load(HERE)
NOWHERE = "postgresql+asyncpg://u:geheim@127.0.0.1:1/d"


async def ask(engine: Engine, path: str, now: dt.datetime = NOON) -> httpx.Response:
    app = make_app(Service(engine, CONTENT, cast("Index", None), lambda: now), [])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://testserver"
    ) as client:
        return await client.get(path)


def on(url: str, work: Callable[[Engine], Awaitable[httpx.Response]]) -> httpx.Response:
    async def opened() -> httpx.Response:
        engine = open_engine(url)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(opened())


def test_without_its_database_it_is_alive_and_not_ready() -> None:
    assert on(NOWHERE, lambda engine: ask(engine, "/healthz")).status_code == 200
    told = on(NOWHERE, lambda engine: ask(engine, "/readyz"))
    assert told.status_code == 503
    assert "cannot be reached" in told.json()["why"]
    assert "geheim" not in told.text
    figures = on(NOWHERE, lambda engine: ask(engine, "/metrics"))
    assert figures.status_code == 200
    assert "motcua_database_up 0.0" in figures.text


@pytest.mark.parametrize(("minutes", "status"), [(4, 200), (6, 503)])
def test_who_works_out_no_reminders_is_not_ready(
    minutes: int, status: int, tmp_path: object
) -> None:
    async def work(engine: Engine) -> httpx.Response:
        await upgrade(engine)
        async with engine.begin() as conn:
            await facts.put(conn, LAST, (NOON - dt.timedelta(minutes=minutes)).isoformat())
        assert "motcua_database_up 1.0" in (await ask(engine, "/metrics")).text
        return await ask(engine, "/readyz")

    assert on(f"sqlite+aiosqlite:///{tmp_path}/health.db", work).status_code == status


def test_a_request_that_does_not_go_on_is_given_up() -> None:
    async def receive() -> Message:
        if parts:
            return parts.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("nothing comes")

    part = {"type": "http.request", "body": b"{", "more_body": True}
    parts: list[Message] = [part]

    async def work() -> list[Message]:
        read = in_time(receive, 0.01)
        return [await read(), await read()]

    assert asyncio.run(work()) == [part, {"type": "http.disconnect"}]
