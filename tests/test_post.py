"""Of several processes on one database one sends: the post has one holder, and soon another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.post import Post
from db.engine import upgrade
from tests.test_database import postgres, using

__all__ = ["postgres"]
BEAT = 0.2


@asynccontextmanager
async def kept(*posts: Post) -> AsyncIterator[dict[Post, asyncio.Task[None]]]:
    """Let each of several processes try to hold the post."""
    tasks = {post: asyncio.create_task(post.keep()) for post in posts}
    try:
        yield tasks
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)


async def holder(*posts: Post) -> Post:
    """Wait until somebody holds the post, and see that it is one."""
    waiting = [asyncio.create_task(post.ours.wait()) for post in posts]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    (one,) = [post for post in posts if post.held]
    return one


def on(url: str, work: Callable[[AsyncEngine], Awaitable[None]]) -> None:
    async def prepared(engine: AsyncEngine) -> None:
        await upgrade(engine)
        await work(engine)

    using(url, prepared)


def test_who_leaves_or_falls_silent_is_followed_by_another(postgres: str) -> None:
    async def work(engine: AsyncEngine) -> None:
        posts = {Post(engine, BEAT) for _ in range(3)}
        async with kept(*posts) as tasks:
            first = await holder(*posts)
            tasks[first].cancel()
            await first.leave()
            second = await holder(*posts - {first})
            tasks[second].cancel()  # as if it were killed: it gives nothing up
            third = await holder(*posts - {first, second})
            assert not second.held

        assert len({first, second, third}) == 3

    on(postgres, work)


def test_what_is_done_at_the_post_stops_when_it_is_lost(postgres: str) -> None:
    async def work(engine: AsyncEngine) -> None:
        begun, stopped = asyncio.Event(), asyncio.Event()

        async def send() -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                stopped.set()

        mine, other = Post(engine, BEAT), Post(engine, BEAT)
        async with kept(mine), asyncio.TaskGroup() as group:
            doing = group.create_task(mine.while_held(send))
            await begun.wait()
            async with engine.begin() as conn:  # somebody took it meanwhile
                await conn.exec_driver_sql("UPDATE settings SET value = 'x 1' WHERE name = 'post'")
            await stopped.wait()
            assert not mine.held
            async with kept(other):
                assert await holder(mine, other) in (mine, other)
            doing.cancel()

    on(postgres, work)


def test_a_database_that_was_away_for_all_leaves_the_post_where_it_was(postgres: str) -> None:
    async def work(engine: AsyncEngine) -> None:
        mine, other = Post(engine, BEAT), Post(engine, BEAT)
        async with kept(mine):
            await holder(mine)
            async with kept(other):
                async with engine.begin() as away:  # nobody can write a beat
                    await away.exec_driver_sql("LOCK TABLE settings")
                    await mine.lost.wait()
                    assert not mine.held
                    assert not other.held
                assert await holder(mine, other) is mine

    on(postgres, work)


def test_on_sqlite_there_is_nobody_to_share_with(tmp_path: object) -> None:
    async def work(engine: AsyncEngine) -> None:
        done: list[bool] = []

        async def send() -> None:
            done.append(True)

        post = Post(engine)
        assert post.held
        await post.while_held(send)
        await post.leave()
        assert done == [True]

    on(f"sqlite+aiosqlite:///{tmp_path}/post.db", work)
