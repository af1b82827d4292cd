"""What became of an announcement: every recipient in one state, its end, who has not read it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping

from db import announced, audit
from db.announcements import SENDING, Announcement
from handlers.announcing.audience import CHANNELS
from handlers.announcing.names import ENDS, STATES
from handlers.announcing.wording import shown
from handlers.answers.pieces import bullets, together
from handlers.context import ZONE, Context

A_MINUTE = dt.timedelta(minutes=1)
CONFIRMED = "emergency confirmed"
LOOKS_WANTED = 2
"""Approvers who have to look at an emergency after it went."""


def title(one: Announcement) -> str:
    """Name an announcement."""
    return f"{one.id}. {one.content['texts']['vi'][:60]}"


async def report(one: Announcement, ctx: Context) -> str:
    """Tell it all."""
    t = ctx.t
    counted = await announced.ends(ctx.conn, one.id)
    by_state = Counter[str]()
    by_channel, by_lang = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for (channel, lang, state), number in counted.items():
        by_state[state] += number
        by_channel[CHANNELS.get(channel, channel), state] += number
        by_lang[lang, state] += number
    parts = [*_parts(by_channel, ctx), *_parts(by_lang, ctx)]
    lines = [f"{t(ENDS[state])}: {number}" for state, number in sorted(by_state.items())]
    total = t("{count} recipients", count=by_state.total())
    return together(
        [
            f"{title(one)}\n{t(STATES[one.state]).capitalize()}.",
            shown(one.content),
            bullets(total, [*lines, *parts]) if by_state else "",
            await _end(one, by_state["queued"], ctx),
            await _looks(one, ctx),
            await _readings(one, ctx),
        ]
    )


def _parts(counted: Mapping[tuple[str, str], int], ctx: Context) -> Iterator[str]:
    """Give a line for each channel, or each language, where there are several."""
    every = sorted({part for part, _ in counted})
    for part in every if len(every) > 1 else []:
        ends = [f"{ctx.t(ENDS[s])} {n}" for (of, s), n in sorted(counted.items()) if of == part]
        yield f"{part}: {', '.join(ends)}"


async def _end(one: Announcement, queued: int, ctx: Context) -> str:
    """Predict the end from how fast the last minute went."""
    if one.state != SENDING or not queued:
        return ""
    ended = await announced.ended_since(ctx.conn, one.id, ctx.now - A_MINUTE)
    if not ended:
        return ""
    at = (ctx.now + A_MINUTE * (queued / ended)).astimezone(ZONE)
    return ctx.t(
        "At this pace it ends at {clock} on {date}.",
        clock=f"{at:%H:%M}",
        date=ctx.t.date(at.date()),
    )


async def _looks(one: Announcement, ctx: Context) -> str:
    if not one.content.get("emergency"):
        return ""
    done = await audit.actors(ctx.conn, CONFIRMED, str(one.id))
    return ctx.t(
        "Sent as an emergency; {done} of {wanted} approvers have confirmed it.",
        done=len(done),
        wanted=LOOKS_WANTED,
    )


async def _readings(one: Announcement, ctx: Context) -> str:
    """Name who has not said yet that they read it."""
    if not one.content.get("must_read"):
        return ""
    missing = await announced.unread(ctx.conn, one.id)
    names = [name or ctx.t("colleague {number}", number=person.id) for person, name in missing]
    return bullets(ctx.t("Not read yet by {count}", count=len(names)), names) if names else ""
