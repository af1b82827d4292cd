"""Lets many cases live through random acts, all of them allowed."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from content.load import load
from content.whole import HERE
from db import case_log, cases
from handlers.cases.codes import new_code
from handlers.cases.desk import listed
from handlers.cases.story import ALLOWED, OUTCOMES, Clock, next_state, tell
from handlers.context import ZONE
from handlers.reports.due import working_days

CONTENT = load(HERE)
CLOCK = Clock(working_days(CONTENT), CONTENT.feedback.days)
BEGIN = dt.datetime(2026, 3, 2, 9, tzinfo=ZONE)


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
