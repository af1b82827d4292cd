"""What is written down is there once, comes back as it was, and is gone when it is erased."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import getpass
import importlib.util
import os
import secrets
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db import messages, people, questions, schema
from db.engine import SchemaError, check_schema, head, open_engine, upgrade
from db.people import Person

Found = TypeVar("Found")
NOON = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
AT_ONCE, ROUNDS = 6, 10
"""So many at once, so many times over, that they meet on PostgreSQL too."""
POSTGRES = f"postgresql+asyncpg://{getpass.getuser()}@127.0.0.1:5432/postgres"
"""The server looked for when BOT_TEST_POSTGRES names no other."""


async def order(server: str, command: str) -> None:
    """Say a command about databases to a PostgreSQL server; it cannot be part of a transaction."""
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as conn:
            await conn.exec_driver_sql(command)
    finally:
        await engine.dispose()


@contextlib.contextmanager
def on_postgresql() -> Iterator[str]:
    """Give the address of a new database on a real server; skips the test where there is none."""
    if importlib.util.find_spec("asyncpg") is None:
        pytest.skip("asyncpg is not installed: nothing is tested on PostgreSQL")
    server, name = os.environ.get("BOT_TEST_POSTGRES", POSTGRES), f"test_{secrets.token_hex(8)}"
    try:
        asyncio.run(order(server, f"CREATE DATABASE {name}"))
    except (OSError, sa.exc.SQLAlchemyError) as error:
        if "BOT_TEST_POSTGRES" in os.environ:
            raise
        pytest.skip(f"PostgreSQL on 127.0.0.1:5432 does not let us in: {type(error).__name__}")
    yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    asyncio.run(order(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def postgres() -> Iterator[str]:
    """Give the address of a database with nothing in it, on PostgreSQL."""
    with on_postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'motcua.db'}"
        return
    with on_postgresql() as url:
        yield url


@pytest.fixture
def ready(empty: str) -> str:
    """Give the address of a database with this program's schema."""
    using(empty, upgrade)
    return empty


def using(url: str, work: Callable[[AsyncEngine], Awaitable[Found]]) -> Found:
    async def opened() -> Found:
        engine = open_engine(url)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(opened())


async def somebody(engine: AsyncEngine, user: str = "an") -> Person:
    async with engine.begin() as conn:
        return await people.find_or_add(conn, "web", user, lang="vi", now=NOON)


async def count(engine: AsyncEngine, table: sa.Table) -> int:
    async with engine.begin() as conn:
        return int((await conn.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


def test_a_new_database_gets_the_schema_of_this_program(empty: str) -> None:
    async def work(engine: AsyncEngine) -> str | None:
        await upgrade(engine)
        await upgrade(engine)  # The second time there is nothing left to do.
        await check_schema(engine)
        async with engine.connect() as conn:
            return await conn.run_sync(
                lambda c: MigrationContext.configure(c).get_current_revision()
            )

    assert using(empty, work) == head()


def test_the_migrations_make_exactly_the_tables_of_the_code(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[object]:
        async with engine.connect() as conn:
            return await conn.run_sync(
                lambda c: compare_metadata(MigrationContext.configure(c), schema.metadata)
            )

    assert using(ready, work) == []


def test_an_empty_database_is_refused_with_the_command_that_helps(empty: str) -> None:
    with pytest.raises(SchemaError, match=r"schema none.*`motcua db upgrade`"):
        using(empty, check_schema)


@pytest.mark.parametrize("work", [check_schema, upgrade])
def test_a_database_of_a_newer_program_is_refused(
    ready: str, work: Callable[[AsyncEngine], Awaitable[None]]
) -> None:
    async def overtake(engine: AsyncEngine) -> None:
        async with engine.begin() as conn:
            await conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    using(ready, overtake)
    with pytest.raises(SchemaError, match=r"9999.*newer"):
        using(ready, work)


def test_a_message_that_comes_often_at_the_same_moment_counts_once(ready: str) -> None:
    async def work(engine: AsyncEngine) -> int:
        person = await somebody(engine)

        async def take_all() -> int:
            new = 0
            for number in range(ROUNDS):
                async with engine.begin() as conn:
                    new += await people.first_time(conn, person, f"message {number}", now=NOON)
            return new

        return sum(await asyncio.gather(*(take_all() for _ in range(AT_ONCE))))

    assert using(ready, work) == ROUNDS


def test_the_same_message_id_of_another_person_is_another_message(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[bool]:
        both = [await somebody(engine, "an"), await somebody(engine, "binh")]
        async with engine.begin() as conn:
            return [await people.first_time(conn, one, "message 1", now=NOON) for one in both]

    assert using(ready, work) == [True, True]


def test_a_person_who_comes_often_at_the_same_moment_is_one_person(ready: str) -> None:
    async def work(engine: AsyncEngine) -> int:
        async def come() -> list[Person]:
            return [await somebody(engine, str(number)) for number in range(ROUNDS)]

        found = await asyncio.gather(*(come() for _ in range(AT_ONCE)))
        return len({person for each in found for person in each})

    assert using(ready, work) == ROUNDS


def test_what_was_not_committed_never_was(ready: str) -> None:
    async def work(engine: AsyncEngine) -> bool:
        person = await somebody(engine)
        async with engine.connect() as conn:
            await people.first_time(conn, person, "message 1", now=NOON)
            await conn.rollback()
        async with engine.begin() as conn:
            return await people.first_time(conn, person, "message 1", now=NOON)

    assert using(ready, work) is True


def test_who_is_erased_leaves_nothing_and_the_others_stay(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[int]:
        both = [await somebody(engine, "an"), await somebody(engine, "binh")]
        async with engine.begin() as conn:
            for person in both:
                await people.first_time(conn, person, "message 1", now=NOON)
                await messages.add(conn, person, "Xin chào", {}, mine=True, now=NOON)
        async with engine.begin() as conn:
            await people.erase(conn, both[0])
        return [
            await count(engine, table) for table in (schema.people, schema.seen, schema.messages)
        ]

    assert using(ready, work) == [1, 1, 1]


def test_a_conversation_that_is_erased_leaves_the_person(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[int]:
        person = await somebody(engine)
        async with engine.begin() as conn:
            await messages.add(conn, person, "Xin chào", {}, mine=True, now=NOON)
            await messages.erase(conn, person)
        return [await count(engine, schema.people), await count(engine, schema.messages)]

    assert using(ready, work) == [1, 0]


def test_times_come_back_aware_and_in_utc(ready: str) -> None:
    async def work(engine: AsyncEngine) -> dt.datetime:
        person = await somebody(engine)
        async with engine.begin() as conn:
            await messages.add(conn, person, "Xin chào", {}, mine=True, now=NOON)
            return (await messages.history(conn, person))[0].at

    at = using(ready, work)
    assert (at, at.utcoffset()) == (NOON, dt.timedelta(0))


def test_a_time_without_a_zone_is_refused(ready: str) -> None:
    async def work(engine: AsyncEngine) -> None:
        async with engine.begin() as conn:
            await people.find_or_add(conn, "web", "an", lang="vi", now=NOON.replace(tzinfo=None))

    with pytest.raises(sa.exc.StatementError, match="a time without a zone cannot be stored"):
        using(ready, work)


def test_a_conversation_comes_back_in_order_the_newest_part_of_it(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[tuple[str, bool, object]]:
        person = await somebody(engine)
        async with engine.begin() as conn:
            for number in range(messages.KEPT + 2):
                body = {"buttons": [[number]]}
                await messages.add(
                    conn, person, f"câu {number}", body, mine=number % 2 == 0, now=NOON
                )
        async with engine.begin() as conn:
            found = await messages.history(conn, person)
        return [(one.text, one.mine, one.body["buttons"]) for one in found]

    told = using(ready, work)
    assert len(told) == messages.KEPT
    assert (told[0], told[-1]) == (("câu 2", True, [[2]]), ("câu 201", False, [[201]]))


def test_the_last_subject_is_the_one_of_the_last_reply(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[str]:
        person = await somebody(engine)
        async with engine.begin() as conn:
            told = [await messages.last_subject(conn, person)]
            await messages.add(conn, person, "a", {"subject": "khai sinh"}, mine=False, now=NOON)
            await messages.add(conn, person, "b", {"subject": "kết hôn"}, mine=True, now=NOON)
            return [*told, await messages.last_subject(conn, person)]

    assert using(ready, work) == ["", "khai sinh"]


def test_a_question_is_kept_and_goes_with_its_person(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[object]:
        person = await somebody(engine)
        async with engine.begin() as conn:
            kept = {"channel": "web", "lang": "vi", "status": "refused"}
            number = await questions.add(
                conn, "gì?", refs=("plan:I",), now=NOON, person=person, **kept
            )
        async with engine.begin() as conn:
            found = await questions.find(conn, number)
            await people.erase(conn, person)
            gone = await questions.find(conn, number)
        assert found is not None
        return [found.text, found.status, found.refs, gone]

    assert using(ready, work) == ["gì?", "refused", ["plan:I"], None]


def test_the_language_somebody_chose_is_kept(ready: str) -> None:
    async def work(engine: AsyncEngine) -> str:
        person = await somebody(engine)
        async with engine.begin() as conn:
            await people.set_lang(conn, person, "en")
        return (await somebody(engine)).lang

    assert using(ready, work) == "en"
