"""Begins a case, and tells those who have to look at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.catalogue import Translator
from db import case_log, cases
from db.cases import Case
from db.roles import Holder
from handlers.answers.pieces import together
from handlers.cases.desk import clock, title
from handlers.context import ZONE, Context
from handlers.message import Address, Button, Letter
from handlers.reports.colleagues import holding, letter, speaking

NEXT = {"handler": "head", "head": "coordinator"}
"""Who gets the cases of a body that has no handler here."""


async def begin_case(
    code: str, data: Mapping[str, Any], sender: Address, ctx: Context, *, anonymous: bool
) -> Case:
    """Write a case down with its first act and its words."""
    count = clock(ctx)
    day = ctx.now.astimezone(ZONE).date()
    sealed = f"{sender.channel}|{ctx.seal(sender)}" if anonymous else ""
    case = await cases.add(
        ctx.conn,
        code=code,
        person_id=None if anonymous else ctx.person.id,
        sealed=sealed,
        kind=str(data["kind"]),
        now=ctx.now,
        due=count.days.add(day, count.rules.answer),
    )
    told = {"kind": data["kind"], "anonymous": anonymous, "photos": len(data.get("photos", []))}
    await case_log.append(
        ctx.conn,
        case.id,
        "received",
        actor=None if anonymous else ctx.person.id,
        role="citizen",
        now=ctx.now,
        data=told,
        text=_words(data),
    )
    return case


def _words(data: Mapping[str, Any]) -> str:
    place = data.get("place")
    where = f"\n📍 {place[0]:.5f}, {place[1]:.5f}" if place else ""
    return f"{data['text']}{where}"


async def tell_handlers(case: Case, ctx: Context, *, why: str = "new") -> tuple[Letter, ...]:
    """Tell the handlers of the case's body, or the next ones up where it has none."""
    role = "handler" if case.agency else "coordinator"
    while not (found := await _holders(role, case, ctx)) and role in NEXT:
        role = NEXT[role]
    letters = []
    for holder in found:
        t = speaking(holder.person)
        key = f"case:{case.id}:{why}:{holder.person.id}"
        rows = ((Button(t("Open it"), f"case:show:{case.id}"),),)
        letters.append(letter(holder.person, key, _notice(case, ctx, t, why), rows))
    return tuple(letters)


async def _holders(role: str, case: Case, ctx: Context) -> list[Holder]:
    return await holding(ctx, (role,), None if role == "coordinator" else case.agency)


def _notice(case: Case, ctx: Context, t: Translator, why: str) -> str:
    """Say what there is without a word of the citizen: a notice lives longer than they may want."""
    head = {
        "new": t("📨 New feedback"),
        "back": t("↩ The citizen says it is not fixed"),
    }.get(why.partition("-")[0], t("📨 A feedback was handed on to you"))
    return together(
        [
            f"{head}\n{title(case, ctx)}",
            case.field,
            t("Answer due on {date}.", date=t.date(case.due)),
        ]
    )
