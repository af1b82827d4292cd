"""What buttons on a feedback do for staff: take it on, give it to a body, cover words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from content.catalogue import msg
from db import case_log, cases, dialogs
from db.cases import Case
from db.dialogs import Dialog
from handlers.answers.pieces import together
from handlers.case_inbox import bodies, coordinates, page, role_of
from handlers.case_view import show_case
from handlers.case_words import ASKS, FORM, HELD, KINDS, WITH_WORDS, ask
from handlers.cases.desk import act, settle, title
from handlers.cases.names import OUTCOMES
from handlers.cases.telling import done, told_body
from handlers.context import Context
from handlers.mask import mask
from handlers.message import Button, Reply, Request

LONGEST = 4000
NOT_YOURS = msg("This feedback belongs to another body than yours.")


async def act_on_case(request: Request, ctx: Context) -> Reply:
    """Do what a button says; what citizens wrote stays in no conversation of staff."""
    return replace(await _act(request, ctx), unkept=True)


async def _act(request: Request, ctx: Context) -> Reply:
    """Do what a button says (`case:<verb>:<number>[:<more>]`)."""
    verb, _, rest = request.action.partition(":")[2].partition(":")
    first, _, more = rest.partition(":")
    if verb == "list":
        return await page(first, int(more) if more.isdecimal() and len(more) < 6 else -1, ctx)
    case = await mine(first, ctx)
    if isinstance(case, Reply):
        return case
    does = VERBS.get(verb)
    if does is not None:
        return await does(case, more, ctx)
    if verb in ASKS and (verb not in ONLY_COORDINATOR or coordinates(ctx)):
        return await ask(verb, case, "", ctx)
    return ctx.old_button()


async def go_on(request: Request, ctx: Context, form: Dialog) -> Reply:
    """Take the words an act needs."""
    return replace(await _take(request, ctx, form), unkept=True)


async def _take(request: Request, ctx: Context, form: Dialog) -> Reply:
    case = await mine(str(form.data["case"]), ctx)
    text = request.text.strip()[:LONGEST]
    if isinstance(case, Case) and not text:
        return Reply(ctx.t("Please say it in words."))
    if isinstance(case, Reply):
        await dialogs.end(ctx.conn, ctx.person)
        return case
    if form.step == HELD:
        return Reply(ctx.t("Please press what your words are, or /huy."))
    return await WITH_WORDS[form.step](case, text, form, ctx)


async def _assign(case: Case, body: str, ctx: Context) -> Reply:
    if body not in ctx.content.agencies or case.state != "received":
        return ctx.old_button()
    desk = await act(
        case, "assigned", ctx, role=role_of(ctx), data={"agency": body, "field": case.field}
    )
    return await done(
        desk.case if desk else None, ctx, await told_body(desk.case, ctx, "new") if desk else ()
    )


async def _start(case: Case, more: str, ctx: Context) -> Reply:
    del more
    desk = await act(case, "started", ctx, role=role_of(ctx))
    return await done(desk.case if desk else None, ctx)


async def _answer(case: Case, more: str, ctx: Context) -> Reply:
    """Ask how it ended, then for the words; templates give a beginning."""
    t = ctx.t
    if more not in OUTCOMES:
        rows = tuple(
            (Button(t(name), f"case:answer:{case.id}:{outcome}"),)
            for outcome, name in OUTCOMES.items()
        )
        ask_how = t("How did it end?")
        return Reply(f"{title(case, ctx)}\n\n{ask_how}", rows)
    return await ask("answer", case, more, ctx)


async def _redact(case: Case, more: str, ctx: Context) -> Reply:
    """Cover numbers in the words, and remove the pictures: identity papers have no place here."""
    del more
    words = await case_log.words(ctx.conn, case.id)
    covered = 0
    for number, text in words.items():
        plain = mask(text)
        if plain != text:
            await case_log.forget_word(ctx.conn, number)
            await act(case, "redacted", ctx, role=role_of(ctx), data={"act": number}, text=plain)
            covered += 1
    gone = [number for number, *_ in await cases.files(ctx.conn, case.id)]
    for number in gone:
        await cases.forget_file(ctx.conn, case.id, number)
    if gone:
        await act(case, "redacted", ctx, role=role_of(ctx), data={"files": len(gone)})
    await settle(case, ctx)
    return Reply(
        ctx.t("Covered {words} texts, removed {files} pictures.", words=covered, files=len(gone))
    )


async def mine(number: str, ctx: Context) -> Case | Reply:
    """Find a feedback this person may act on; a reply where it is gone or another body's."""
    plain = number.isascii() and number.isdecimal() and len(number) < 10
    case = await cases.by_id(ctx.conn, int(number)) if plain else None
    if case is None:
        return ctx.old_button()
    own = bodies(ctx)
    return case if own is None or case.agency in own else Reply(ctx.t(NOT_YOURS))


async def _reply(case: Case, kind: str, ctx: Context) -> Reply:
    """Do with the words an official wrote in reply what they say these are."""
    form = ctx.dialog
    held = form and form.kind == FORM and form.step == HELD and form.data["case"] == case.id
    if not form or not held or kind not in KINDS:
        return ctx.old_button()
    step = "answer" if kind in OUTCOMES else kind
    told = Dialog(FORM, step, {**form.data, "more": kind})
    return await WITH_WORDS[step](case, str(form.data["text"]), told, ctx)


async def _template(case: Case, named: str, ctx: Context) -> Reply:
    """Begin the answer with a template: what is typed next follows it."""
    form = ctx.dialog
    found = [one for one in ctx.content.feedback.templates if one.id == named]
    answering = form and form.kind == FORM and form.step == "answer"
    if not form or not answering or not found or form.data["case"] != case.id:
        return ctx.old_button()
    begun = Dialog(FORM, "answer", {**form.data, "begin": found[0].text.strip()})
    await dialogs.put(ctx.conn, ctx.person, begun, now=ctx.now)
    ask = ctx.t("Type how it goes on, or send it as it is.")
    rows = ((Button(ctx.t("Send as it is"), f"case:as-is:{case.id}"),),)
    return Reply(together([f"“{found[0].text.strip()} …”", ask]), rows)


async def _as_is(case: Case, more: str, ctx: Context) -> Reply:
    """Answer with the template alone."""
    del more
    form = ctx.dialog
    if not form or form.kind != FORM or form.step != "answer" or form.data["case"] != case.id:
        return ctx.old_button()
    begun = str(form.data.get("begin", ""))
    if not begun:
        return ctx.old_button()
    plain = Dialog(FORM, "answer", {**form.data, "begin": ""})
    return await WITH_WORDS["answer"](case, begun, plain, ctx)


Verb = Callable[[Case, str, Context], Awaitable[Reply]]
VERBS: Mapping[str, Verb] = {
    "show": show_case,
    "assign": _assign,
    "start": _start,
    "answer": _answer,
    "redact": _redact,
    "reply": _reply,
    "template": _template,
    "as-is": _as_is,
}
ONLY_COORDINATOR = ("merge", "spam")
"""What could hide a feedback from the figures is not in the hands of the body it is about."""
