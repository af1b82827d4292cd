"""/dangky: what somebody wants to be told of; one tap takes it back, for what is queued too."""

from __future__ import annotations

from dataclasses import replace

from db import announced, topics
from handlers.context import Context
from handlers.message import Button, Reply, Request


async def subscriptions(request: Request, ctx: Context) -> Reply:
    """List the topics, each with its switch."""
    del request
    own = await topics.of(ctx.conn, ctx.person)
    rows = tuple(
        (
            Button(
                f"{'✅' if topic.id in own else '➕'} {topic.name.get(ctx.t.lang)}",
                f"topic:{'off' if topic.id in own else 'on'}:{topic.id}",
            ),
        )
        for topic in ctx.content.topics
    )
    return Reply(ctx.t("What would you like to be told of? Press to switch on or off."), rows)


async def switch(request: Request, ctx: Context) -> Reply:
    """Switch a topic on or off (`topic:<on|off>:<topic>`)."""
    how, _, topic = request.action.partition(":")[2].partition(":")
    if topic not in {one.id for one in ctx.content.topics} or how not in ("on", "off"):
        return ctx.old_button()
    if how == "on":
        await topics.subscribe(ctx.conn, ctx.person, topic)
    else:
        await topics.unsubscribe(ctx.conn, ctx.person, topic)
        await announced.drop(ctx.conn, ctx.person.id, topic, ctx.now)
    return replace(await subscriptions(request, ctx), fresh=True)
