"""Words that answer a message about a feedback go to that feedback, without a form."""

from __future__ import annotations

from db import cases, dialogs, outbox
from db.dialogs import Dialog
from handlers.answers.pieces import together
from handlers.case_acts import LONGEST, mine
from handlers.case_inbox import STAFF
from handlers.case_words import FORM, HELD, KINDS
from handlers.cases.desk import title
from handlers.context import Context
from handlers.message import Button, Reply, Request
from handlers.my_cases import add_words


async def answer_by_replying(request: Request, ctx: Context) -> Reply | None:
    """Take words that answer a message about a feedback; None where they answer anything else."""
    sender = request.sender
    key = await outbox.key_of(ctx.conn, sender.channel, sender.user, request.answers)
    first, number, *rest = [*key.split(":"), ""]
    if first != "case" or not number.isdecimal():
        return None
    text = request.text.strip()[:LONGEST]
    if "citizen" in rest:
        case = await cases.by_id(ctx.conn, int(number))
        own = case is not None and case.person_id == ctx.person.id
        return await add_words(case, text, ctx) if case and own else None
    if not {role.role for role in ctx.roles} & STAFF:
        return None
    return await _hold(number, text, ctx)


async def _hold(number: str, text: str, ctx: Context) -> Reply:
    """Keep what an official wrote until they say what it is."""
    case = await mine(number, ctx)
    if isinstance(case, Reply):
        return case
    data = {"case": case.id, "more": "", "text": text}
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, HELD, data), now=ctx.now)
    rows = tuple(
        (Button(ctx.t(name).capitalize(), f"case:reply:{case.id}:{kind}"),)
        for kind, name in KINDS.items()
    )
    ask = ctx.t("What is this? If it is the answer: how did it end?")
    return Reply(together([title(case, ctx), f"“{text}”", ask]), rows, unkept=True)
