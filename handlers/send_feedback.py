"""/phananh: takes in feedback in at most four messages: kind, words, consent, sent."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from content.catalogue import msg
from content.feedback import Intent
from db import announced, announcements, cases, consents, dialogs, limits
from db.dialogs import Dialog
from handlers.announcing import course
from handlers.answers.pieces import bullets, together
from handlers.answers.render import show
from handlers.cases.codes import new_code, shown
from handlers.cases.desk import act, clock
from handlers.cases.photos import TYPE, clean_photo
from handlers.cases.receiving import begin_case, tell_handlers
from handlers.cases.routing import router_of
from handlers.context import Context
from handlers.message import Button, Reply, Request
from handlers.search.follow import find

FORM = "feedback"
A_DAY = dt.timedelta(days=1)
LEAST_WORDS = 3
LONGEST = 4000
ON_NEWS = "gop-y"
"""The kind of a word on an announcement."""
MOST_PHOTOS = 3
MOST_OPEN = 10
"""Feedback one person may have open: more is for a talk with an official."""
SURE = 0.9
"""From this confidence on, an answer the search knows is offered before sending."""
NOT_TAKEN = {
    "denunciation": msg(
        "This looks like a denunciation (tố cáo). It is not taken here and nothing of it was kept. "
        "A message here does not start any legal time limit."
    ),
    "complaint": msg(
        "This looks like a complaint against a decision (khiếu nại). It is not taken here and "
        "nothing of it was kept. A message here does not start any legal time limit."
    ),
}


async def feedback(request: Request, ctx: Context) -> Reply:
    """Begin: ask what it is."""
    del request
    t = ctx.t
    if await _too_many(ctx):
        return _wait_first(ctx)
    rows = tuple(
        (Button(kind.name.get(t.lang), f"feedback:kind:{kind.id}"),)
        for kind in ctx.content.feedback.kinds
    )
    return Reply(t("What would you like to send?"), rows)


async def act_on_feedback(request: Request, ctx: Context) -> Reply:
    """Do what a button of the form says."""
    verb, _, told = request.action.partition(":")[2].partition(":")
    form = ctx.dialog if ctx.dialog and ctx.dialog.kind == FORM else None
    if verb in BEGINNING:
        return await BEGINNING[verb](told, ctx)
    if form is None or form.step != "sure":
        return ctx.old_button()
    match verb:
        case "send":
            return await _send(form, request, ctx, anonymous=False)
        case "send-anonymous":
            return await _send(form, request, ctx, anonymous=True)
        case "again":
            same = {name: form.data[name] for name in ("kind", "about") if name in form.data}
            await _go_to("words", same, ctx)
            return Reply(ctx.t("Please write it again."), unkept=True)
    return ctx.old_button()


async def go_on(request: Request, ctx: Context, form: Dialog) -> Reply:
    """Take words, pictures and a place; each message adds to what is there."""
    t = ctx.t
    data = dict(form.data)
    text = "\n".join(part for part in (str(data.get("text", "")), request.text.strip()) if part)
    if len(text) > LONGEST:
        return Reply(t("This is too long. Please say it in fewer words."), unkept=True)
    intent = router_of(ctx.content, ctx.index).not_taken(request.text) if request.text else None
    if intent in NOT_TAKEN:
        return await _refuse(intent, ctx)
    photos, refused = _photos(request, list(data.get("photos", [])))
    data.update(text=text, photos=photos)
    if request.place:
        data["place"] = [request.place.latitude, request.place.longitude]
    if refused:
        await _go_to(form.step, data, ctx)
        return Reply(
            t("Only pictures (JPEG, PNG, WebP) of up to 8 MB are taken, no more than three."),
            unkept=True,
        )
    if len(text.split()) < LEAST_WORDS:
        await _go_to("words", data, ctx)
        return Reply(t("Please also say in a few words what it is about, and where."), unkept=True)
    await _go_to("sure", data, ctx)
    return _ask_consent(text, data, intent, ctx)


async def _take_kind(kind: str, ctx: Context) -> Reply:
    if kind not in {one.id for one in ctx.content.feedback.kinds}:
        return ctx.old_button()
    return await _ask_words({"kind": kind}, ctx)


async def _take_news(number: str, ctx: Context) -> Reply:
    """Begin a word on an announcement: the case will quote it."""
    one = await announcements.by_name(ctx.conn, number)
    if one is None or not await announced.is_for(ctx.conn, one.id, ctx.person):
        return ctx.old_button()
    if await _too_many(ctx):
        return Reply(
            ctx.t("You have many feedbacks open. Please wait for answers, or see /cuatoi.")
        )
    return await _ask_words({"kind": ON_NEWS, "about": course.title(one)}, ctx)


async def _ask_words(data: dict[str, object], ctx: Context) -> Reply:
    await _go_to("words", data, ctx)
    text = ctx.t(
        "Please tell in your own words what it is about and where. Pictures and a place may come "
        "along. /huy ends this, and nothing is kept."
    )
    return Reply(text, fresh=True)


def _ask_consent(text: str, data: dict[str, object], intent: Intent | None, ctx: Context) -> Reply:
    t = ctx.t
    photos, place = data.get("photos"), data.get("place")
    with_it = [
        *(
            [t("{count} pictures", count=len(photos))]
            if isinstance(photos, list) and photos
            else []
        ),
        *([t("the place you gave")] if place else []),
    ]
    parts = [
        _emergency(intent, ctx),
        t("You are about to send:"),
        text,
        bullets(t("With it"), with_it) if with_it else "",
        ctx.content.feedback.consent.text.get(t.lang),
    ]
    rows = [
        (Button(t("I agree, send it"), "feedback:send:"),),
        (Button(t("Send anonymously"), "feedback:send-anonymous:"),),
        (Button(t("Write again"), "feedback:again:"),),
    ]
    found = find(ctx.index, text)
    if found.status == "answered" and found.confidence >= SURE and not found.whole:
        ref = found.refs[0]
        if ref.startswith(("procedure:", "answer:")):
            label = t("Perhaps this answers it: {title}", title=ctx.content.title(ref, t.lang))
            rows.append((Button(label[:60], f"show:{ref}"),))
    return Reply(together(parts), tuple(rows), fresh=True, unkept=True)


def _emergency(intent: Intent | None, ctx: Context) -> str:
    if intent != "danger":
        return ""
    ref = ctx.content.feedback.not_taken["danger"]
    return show(ref, None, ctx.content, ctx.t, ctx.today).text


async def _refuse(intent: Intent | None, ctx: Context) -> Reply:
    """Say why this is not taken, and the lawful ways; nothing of it stays."""
    assert intent is not None, "only such messages come here"
    await dialogs.end(ctx.conn, ctx.person)
    answer = show(ctx.content.feedback.not_taken[intent], None, ctx.content, ctx.t, ctx.today)
    text = together([ctx.t(NOT_TAKEN[intent]), answer.text])
    return Reply(text, answer.buttons, refs=answer.refs, unkept=True)


async def _send(form: Dialog, request: Request, ctx: Context, *, anonymous: bool) -> Reply:
    """Begin the case, propose its body, tell its handlers, and give the receipt."""
    data = dict(form.data)
    if data.get("about"):
        about = ctx.t("On announcement {title}", title=data["about"])
        data["text"] = f"[{about}]\n{data['text']}"
    await dialogs.end(ctx.conn, ctx.person)
    if not anonymous:
        version = ctx.content.feedback.consent.version
        await consents.give(ctx.conn, ctx.person, "feedback", version, lang=ctx.t.lang, now=ctx.now)
    case = await begin_case(new_code(), data, request.sender, ctx, anonymous=anonymous)
    for number, photo in enumerate(data.get("photos", []), 1):
        name = f"anh-{number}.jpg"
        raw = base64.b64decode(photo)
        await cases.keep_file(ctx.conn, case.id, name=name, type_=TYPE, data=raw)
    proposal = router_of(ctx.content, ctx.index).propose(str(data["text"]))
    if proposal.sure:
        told = {"agency": proposal.bodies[0], "field": proposal.field}
        desk = await act(case, "assigned", ctx, role="system", data=told)
        case = desk.case if desk else case
    letters = await tell_handlers(case, ctx)
    return Reply(_receipt(case, ctx, anonymous=anonymous), letters=letters, unkept=True, fresh=True)


def _receipt(case: cases.Case, ctx: Context, *, anonymous: bool) -> str:
    t = ctx.t
    body = ctx.content.agencies.get(case.agency)
    whose = (
        t("It goes to {body}.", body=body.name.get(t.lang))
        if body
        else t("Sở Nội vụ chooses the body it belongs to.")
    )
    keep = (
        t("Keep this code: without it nobody, not even we, can find what you sent.")
        if anonymous
        else t("See /cuatoi at any time; you are told of every answer.")
    )
    return together(
        [
            t("✅ Received. Your code: {code}", code=shown(case.code)),
            whose,
            t(
                "You get an answer by {date} ({days} working days), and may say whether it helped.",
                date=t.date(case.due),
                days=clock(ctx).rules.answer,
            ),
            keep,
        ]
    )


def _photos(request: Request, kept: list[str]) -> tuple[list[str], bool]:
    """Clean the pictures of a message; gives all so far, and whether one was refused."""
    refused = False
    for file in request.files:
        photo = clean_photo(file.data)
        if photo is None or len(kept) >= MOST_PHOTOS:
            refused = True
        else:
            kept.append(base64.b64encode(photo).decode())
    return kept, refused


def _wait_first(ctx: Context) -> Reply:
    return Reply(ctx.t("You have many feedbacks open. Please wait for answers, or see /cuatoi."))


async def _too_many(ctx: Context) -> bool:
    own = await cases.of_person(ctx.conn, ctx.person.id, limit=100)
    if sum(case.open for case in own) >= MOST_OPEN:
        return True
    return not await limits.hit(
        ctx.conn, ctx.person, "feedback", now=ctx.now, window=A_DAY, most=2 * MOST_OPEN
    )


async def _go_to(step: str, data: dict[str, object], ctx: Context) -> None:
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, step, data), now=ctx.now)


BEGINNING: Mapping[str, Callable[[str, Context], Awaitable[Reply]]] = {
    "kind": _take_kind,
    "news": _take_news,
}
"""Buttons that begin the form."""
