"""Acts on a feedback that need words: answer, ask, note, more time, hand on, join, close."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from content.catalogue import msg
from db import cases, dialogs
from db.cases import Case
from db.dialogs import Dialog
from handlers.answers.pieces import together
from handlers.case_inbox import role_of
from handlers.cases.codes import read_code
from handlers.cases.desk import act, take_up, title
from handlers.cases.names import OUTCOMES
from handlers.cases.telling import done, told_body, told_citizen
from handlers.context import Context
from handlers.message import Button, Reply
from handlers.reports.due import reporting

FORM = "case"
ASKS = {
    "ask": msg(
        "What do you want to ask the citizen? Until they answer, the clock waits. /huy ends."
    ),
    "note": msg("Type the note; only staff see it. /huy ends."),
    "extend": msg("Why does it take longer? The citizen reads the reason. /huy ends."),
    "hand": msg(
        "To which body, and why? Type the body's name, a colon, and the reason. /huy ends."
    ),
    "merge": msg("Type the code of the feedback it belongs to. /huy ends."),
    "spam": msg("Why is this no feedback? The reason is kept in the log. /huy ends."),
}
"""What is asked before an act that needs words."""
HELD = "reply"
"""The step in which words wait for what they are."""
KINDS = {
    **OUTCOMES,
    "ask": msg("a question to the citizen"),
    "note": msg("a note for colleagues"),
}
"""What words written in reply may be: an answer that ends somehow, a question, a note."""


async def ask(verb: str, case: Case, more: str, ctx: Context) -> Reply:
    """Ask for the words an act needs."""
    data = {"case": case.id, "more": more}
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, verb, data), now=ctx.now)
    t = ctx.t
    if verb != "answer":
        return Reply(f"{title(case, ctx)}\n\n{t(ASKS[verb])}", fresh=True)
    rows = tuple(
        (Button(one.name, f"case:template:{case.id}:{one.id}"),)
        for one in ctx.content.feedback.templates
    )
    ask = t("Type the answer; the citizen reads it as it is. Or begin with one of these.")
    return Reply(together([title(case, ctx), ask]), rows, fresh=True)


async def _take_answer(case: Case, text: str, form: Dialog, ctx: Context) -> Reply:
    await dialogs.end(ctx.conn, ctx.person)
    outcome = str(form.data["more"])
    text = " ".join(part for part in (str(form.data.get("begin", "")), text) if part)
    desk = await act(case, "answered", ctx, role=role_of(ctx), data={"outcome": outcome}, text=text)
    if desk is None:
        return ctx.old_button()
    t = ctx.t
    told = together(
        [
            t("There is an answer to your feedback {title}", title=title(case, ctx)),
            t(OUTCOMES[outcome]).capitalize() + ".",
            text,
            t(
                "Is it settled? Without your word it is closed in {days} working days.",
                days=ctx.content.feedback.days.confirm,
            ),
        ]
    )
    rows = (
        (
            Button(t("It is settled"), f"mine:confirm:{case.code}"),
            Button(t("Not fixed"), f"mine:reject:{case.code}"),
        ),
    )
    return await done(desk.case, ctx, await told_citizen(case, "answer", told, ctx, rows))


async def _take_question(case: Case, text: str, form: Dialog, ctx: Context) -> Reply:
    del form
    await dialogs.end(ctx.conn, ctx.person)
    desk = await act(case, "asked", ctx, role=role_of(ctx), text=text)
    if desk is None:
        return ctx.old_button()
    t = ctx.t
    told = together([t("A question about your feedback {title}", title=title(case, ctx)), text])
    rows = ((Button(t("Answer"), f"mine:more:{case.code}"),),)
    return await done(desk.case, ctx, await told_citizen(case, "ask", told, ctx, rows))


async def _take_note(case: Case, text: str, form: Dialog, ctx: Context) -> Reply:
    del form
    await dialogs.end(ctx.conn, ctx.person)
    desk = await act(case, "noted", ctx, role=role_of(ctx), text=text)
    return await done(desk.case if desk else None, ctx)


async def _take_reason(case: Case, text: str, form: Dialog, ctx: Context) -> Reply:
    """Take more time, once, with a reason the citizen reads."""
    del form
    await dialogs.end(ctx.conn, ctx.person)
    before = await take_up(case, ctx)
    if before.story.extended:
        return Reply(ctx.t("More time was taken once already; it cannot be taken again."))
    desk = await act(case, "extended", ctx, role=role_of(ctx), text=text)
    if desk is None:
        return ctx.old_button()
    t = ctx.t
    told = together(
        [
            t("Your feedback {title} takes longer", title=title(case, ctx)),
            t("Answer due on {date}.", date=t.date(desk.case.due)),
            t("Reason: {reason}", reason=text),
        ]
    )
    return await done(desk.case, ctx, await told_citizen(case, "extended", told, ctx, ()))


async def _take_body(case: Case, text: str, form: Dialog, ctx: Context) -> Reply:
    """Hand on to the body named before the colon; the citizen's clock goes on."""
    del form
    t = ctx.t
    name, _, reason = (part.strip() for part in text.partition(":"))
    body = _body(name, ctx)
    if body is None or not reason:
        return Reply(t("Please write it like “Sở Y tế: việc này thuộc bệnh viện tỉnh”."))
    await dialogs.end(ctx.conn, ctx.person)
    kind = "assigned" if case.state == "received" else "handed-on"
    told = {"agency": body, "field": case.field, "from": case.agency}
    desk = await act(case, kind, ctx, role=role_of(ctx), data=told, text=reason)
    letters = await told_body(desk.case, ctx, f"handed-{body}") if desk else ()
    return await done(desk.case if desk else None, ctx, letters)


def _body(name: str, ctx: Context) -> str | None:
    wanted = " ".join(name.lower().split())
    known = [*reporting(ctx.content, ctx.today), *ctx.content.agencies.values()]
    for agency in known:
        names = (agency.name.vi, agency.name.en, agency.abbr, agency.id, *agency.aliases)
        if wanted in {" ".join(one.lower().split()) for one in names if one}:
            return agency.id if not agency.valid_to else None
    return None


async def _take_code(case: Case, text: str, form: Dialog, ctx: Context) -> Reply:
    """Join with another feedback; its answer is told to both citizens."""
    del form
    code = read_code(text)
    other = await cases.by_code(ctx.conn, code) if code else None
    if other is None or other.id == case.id or not other.open:
        return Reply(ctx.t("There is no open feedback with this code."))
    await dialogs.end(ctx.conn, ctx.person)
    desk = await act(case, "merged", ctx, role=role_of(ctx), data={"into": other.id})
    if desk is None:
        return ctx.old_button()
    t = ctx.t
    told = t(
        "Your feedback {title} is dealt with together with another one on the same matter.",
        title=title(case, ctx),
    )
    return await done(desk.case, ctx, await told_citizen(case, "merged", told, ctx, ()))


async def _take_spam(case: Case, text: str, form: Dialog, ctx: Context) -> Reply:
    del form
    await dialogs.end(ctx.conn, ctx.person)
    desk = await act(case, "spam", ctx, role=role_of(ctx), text=text)
    return await done(desk.case if desk else None, ctx)


WITH_WORDS: Mapping[str, Callable[[Case, str, Dialog, Context], Awaitable[Reply]]] = {
    "answer": _take_answer,
    "ask": _take_question,
    "note": _take_note,
    "extend": _take_reason,
    "hand": _take_body,
    "merge": _take_code,
    "spam": _take_spam,
}
"""What is done with the words of each act."""
