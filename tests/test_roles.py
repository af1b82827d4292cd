"""Roles, invitations, consents and limits hold for whom they were given, and only as long."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from db import audit, consents, facts, invitations, limits, people, roles, schema
from db.consents import Consent
from db.roles import Role
from tests.test_database import NOON, empty, ready, somebody, using

__all__ = ["empty", "ready"]
FOCAL = Role("focal", "so-tu-phap")
A_MINUTE = dt.timedelta(minutes=1)


async def invite(engine: AsyncEngine, role: Role = FOCAL) -> str:
    async with engine.begin() as conn:
        return await invitations.make(conn, role, name="An", now=NOON)


def test_a_role_is_held_until_it_is_taken_back(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        an = await somebody(engine)
        async with engine.begin() as conn:
            for _ in range(2):
                await roles.grant(conn, an, FOCAL, by=None, now=NOON)
            (holder,) = await roles.holders(conn, ["focal"], "so-tu-phap")
            elsewhere = await roles.holders(conn, ["focal"], "so-y-te")
            before = await roles.of(conn, an)
            await roles.revoke(conn, holder.id)
            return [holder.person == an, elsewhere, before, await roles.of(conn, an)]

    assert using(ready, work) == [True, [], {FOCAL}, frozenset()]


def test_a_code_fits_a_link_and_is_kept_only_as_a_digest(ready: str) -> None:
    async def work(engine: AsyncEngine) -> tuple[str, str]:
        code = await invite(engine)
        async with engine.connect() as conn:
            return code, str((await conn.execute(sa.select(schema.invitations))).one())

    code, kept = using(ready, work)
    assert len(code) <= 48
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    assert code not in kept


def test_of_twenty_who_take_one_invitation_up_at_once_one_gets_it(ready: str) -> None:
    async def work(engine: AsyncEngine) -> int:
        code = await invite(engine)
        takers = [await somebody(engine, f"p{number}") for number in range(20)]

        async def use(number: int) -> bool:
            async with engine.begin() as conn:
                return await invitations.use(conn, code, takers[number], now=NOON) is not None

        return sum(await asyncio.gather(*map(use, range(20))))

    assert using(ready, work) == 1


def test_unknown_used_withdrawn_and_late_codes_are_answered_alike(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        an = await somebody(engine)
        used, withdrawn, late = [await invite(engine) for _ in range(3)]
        async with engine.begin() as conn:
            assert await invitations.use(conn, used, an, now=NOON) is not None
            found = await invitations.find(conn, withdrawn, now=NOON)
            assert found is not None
            assert await invitations.withdraw(conn, found.id)
            over = NOON + invitations.VALID
            return [
                *[await invitations.use(conn, c, an, now=NOON) for c in ("x", used, withdrawn)],
                await invitations.use(conn, late, an, now=over),
            ]

    assert using(ready, work) == [None] * 4


def test_a_consent_holds_until_it_is_taken_back(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[Any]:
        an = await somebody(engine)
        async with engine.begin() as conn:
            for version in ("v1", "v2"):
                await consents.give(conn, an, "staff", version, lang="vi", now=NOON)
            await consents.give(conn, an, "cases", "v1", lang="en", now=NOON)
            told: list[Any] = [await consents.given(conn, an, "staff")]
            told += [await consents.withdraw(conn, an, "staff", now=NOON) for _ in range(2)]
            return [
                *told,
                await consents.given(conn, an, "staff"),
                await consents.current(conn, an),
            ]

    kept = [Consent("cases", "v1", "en", NOON.astimezone(dt.UTC))]
    assert using(ready, work) == ["v2", True, False, "", kept]


def test_more_than_the_measure_is_refused_until_the_window_is_over(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[list[bool]]:
        an = await somebody(engine)
        times = [NOON, NOON, NOON + A_MINUTE / 2, NOON + A_MINUTE]
        how: dict[str, Any] = {"window": A_MINUTE, "most": 2}
        async with engine.begin() as conn:
            return [
                [await limits.hit(conn, an, "message", now=now, **how) for now in times],
                [
                    await limits.hit_address(conn, "192.0.2.1", "form", now=now, **how)
                    for now in times
                ],
                [await limits.hit_address(conn, "192.0.2.2", "form", now=NOON, **how)],
            ]

    assert using(ready, work) == [[True, True, False, True]] * 2 + [[True]]


def test_an_address_is_kept_only_as_a_digest(ready: str) -> None:
    async def work(engine: AsyncEngine) -> str:
        async with engine.begin() as conn:
            await limits.hit_address(conn, "192.0.2.1", "form", now=NOON, window=A_MINUTE, most=2)
            return str((await conn.execute(sa.select(schema.addresses))).one())

    assert "192.0.2" not in using(ready, work)


def test_a_fact_is_put_changed_and_kept_where_it_was_first(ready: str) -> None:
    async def work(engine: AsyncEngine) -> list[str | None]:
        async with engine.begin() as conn:
            told = [await facts.get(conn, "telegram.offset")]
            await facts.put(conn, "telegram.offset", "1")
            await facts.put(conn, "telegram.offset", "2")
            told.append(await facts.put_first(conn, "telegram.offset", "3"))
            return [*told, await facts.put_first(conn, "other", "4")]

    assert using(ready, work) == [None, "2", "4"]


def test_the_number_of_somebody_erased_goes_to_nobody_else(ready: str) -> None:
    async def work(engine: AsyncEngine) -> bool:
        an = await somebody(engine)
        async with engine.begin() as conn:
            await audit.note(conn, "role accepted", "admin", actor=an.id, now=NOON)
            await people.erase(conn, an)
        return (await somebody(engine, "binh")).id != an.id

    assert using(ready, work)
