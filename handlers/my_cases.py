"""/cuatoi: a citizen's own feedback: where it stands, answers, more words, “not fixed”, rating."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from content.catalogue import Translator
from db import cases, dialogs, limits
from db.cases import Case
from db.dialogs import Dialog
from handlers.answers.pieces import together
from handlers.cases.codes import read_code, shown
from handlers.cases.desk import act, lines, title
from handlers.cases.names import ACTS, OUTCOMES, STATES
from handlers.cases.receiving import tell_handlers
from handlers.context import ZONE, Context
from handlers.message import Button, Reply, Request, Rows

FORM = "my-case"
GUESSES = 10
"""Codes one person may type in an hour."""
BUTTON_GUESSES = 40
"""Presses below anonymous feedback in an hour, typed codes included: its sender needs some."""
AN_HOUR = dt.timedelta(hours=1)
LONGEST = 2000
MOST = 10
SPEAKING = ("answered", "asked", "told", "rejected", "received")
"""Acts whose words a citizen sees."""


async def my_cases(request: Request, ctx: Context) -> Reply:
    """List one's feedback, or show the one whose code was typed after the command."""
    told = request.text.strip().partition(" ")[2]
    if told:
        return await _by_code(told, ctx)
    t = ctx.t
    found = await cases.of_person(ctx.conn, ctx.person.id, limit=MOST)
    how = t("One sent anonymously: type /cuatoi and its code.")
    if not found:
        return Reply(together([t("You have sent no feedback under this account."), how]))
    rows = tuple(
        (Button(f"{shown(case.code)}: {t(STATES[case.state])}"[:64], f"mine:show:{case.code}"),)
        for case in found
    )
    return Reply(together([t("Your feedback, newest first"), how]), rows)


async def act_on_mine(request: Request, ctx: Context) -> Reply:
    """Do what a button on one's own feedback says (`mine:<verb>:<code>[:<more>]`)."""
    verb, _, rest = request.action.partition(":")[2].partition(":")
    code, _, more = rest.partition(":")
    case = await _own(code, ctx)
    if case is None:
        return ctx.old_button()
    if verb in ASKING:
        return await _begin(verb, case, ctx)
    does = VERBS.get(verb)
    return await does(case, more, ctx) if does else ctx.old_button()


async def go_on(request: Request, ctx: Context, form: Dialog) -> Reply:
    """Take the words of somebody who adds something, or sends an answer back."""
    case = await _own(str(form.data["code"]), ctx)
    text = request.text.strip()[:LONGEST]
    if case is not None and not text:
        return Reply(ctx.t("Please say it in words."), unkept=True)
    await dialogs.end(ctx.conn, ctx.person)
    if case is None:
        return ctx.old_button()
    if form.step == "reject":
        return await _reject(case, text, ctx)
    return await add_words(case, text, ctx)


async def add_words(case: Case, text: str, ctx: Context) -> Reply:
    """Pass more words of the citizen on to the body."""
    desk = await act(case, "told", ctx, role="citizen", text=text)
    if desk is None:
        return await _show(case, "", ctx)
    letters = await tell_handlers(desk.case, ctx, why=f"told-{_stamp(ctx)}")
    return Reply(ctx.t("Passed on."), letters=letters, unkept=True)


async def _by_code(told: str, ctx: Context) -> Reply:
    t = ctx.t
    code = read_code(told)
    if code is None:
        return Reply(t("This is not a code: it has twelve figures, and one of these is wrong."))
    if not await _may_guess(ctx, GUESSES):
        return Reply(t("Too many codes were tried. Please wait an hour."), unkept=True)
    case = await cases.by_code(ctx.conn, code)
    if case is None:
        return Reply(t("There is no feedback with this code."), unkept=True)
    if _is_own(case, ctx):
        return await _show(case, "", ctx)
    # Somebody else's code tells how it stands, and not a word more.
    return Reply(f"{title(case, ctx)}\n{_standing(case, t)}", unkept=True)


async def _own(code: str, ctx: Context) -> Case | None:
    """Find a feedback this person may act on: their own, or an anonymous one by its code.

    Codes in made-up buttons are guesses like typed ones, and count together with them.
    """
    case = await cases.by_code(ctx.conn, code) if read_code(code) else None
    if case is not None and case.person_id == ctx.person.id:
        return case
    if not await _may_guess(ctx, BUTTON_GUESSES):
        return None
    return case if case is not None and _is_own(case, ctx) else None


async def _may_guess(ctx: Context, most: int) -> bool:
    return await limits.hit(ctx.conn, ctx.person, "code", now=ctx.now, window=AN_HOUR, most=most)


def _is_own(case: Case, ctx: Context) -> bool:
    return case.person_id == ctx.person.id or (case.person_id is None and bool(case.sealed))


async def _show(case: Case, more: str, ctx: Context) -> Reply:
    del more
    t = ctx.t
    said = [
        f"{t(ACTS[one.kind])}, {_when(one.at, t)}:\n{words}"
        for one, words in await lines(case, ctx, inner=False)
        if words and one.kind in SPEAKING
    ]
    body = ctx.content.agencies.get(case.agency)
    text = together(
        [
            title(case, ctx),
            _standing(case, t),
            t("Body: {body}", body=body.name.get(t.lang)) if body else "",
            *said,
        ]
    )
    return Reply(text, _choices(case, t), unkept=True, fresh=True)


def _standing(case: Case, t: Translator) -> str:
    told = t(STATES[case.state])
    if case.outcome:
        told = f"{told} ({t(OUTCOMES[case.outcome])})"
    line = f"{told[:1].upper()}{told[1:]}."
    due = t("Answer due on {date}.", date=t.date(case.due)) if case.open else ""
    return " ".join(part for part in (line, due) if part)


def _choices(case: Case, t: Translator) -> Rows:
    code = case.code
    if case.state in ("done", "silent"):
        return (
            (
                Button(t("It is settled"), f"mine:confirm:{code}"),
                Button(t("Not fixed"), f"mine:reject:{code}"),
            ),
        )
    if case.open:
        return (
            (Button(t("Add something"), f"mine:more:{code}"),),
            (Button(t("Take it back"), f"mine:withdraw-sure:{code}"),),
        )
    return ()


async def _begin(verb: str, case: Case, ctx: Context) -> Reply:
    t = ctx.t
    if verb == "withdraw-sure":
        rows = ((Button(t("Yes, take it back"), f"mine:withdraw:{case.code}"),),)
        return Reply(t("Take this feedback back? Nobody goes on with it then."), rows, unkept=True)
    await dialogs.put(ctx.conn, ctx.person, Dialog(FORM, verb, {"code": case.code}), now=ctx.now)
    ask = (
        t("What is not fixed yet? Please say it in a sentence. /huy ends this.")
        if verb == "reject"
        else t("Please type what you want to add. /huy ends this.")
    )
    return Reply(ask, fresh=True, unkept=True)


async def _reject(case: Case, text: str, ctx: Context) -> Reply:
    """Send an answer back: the body has it again at once."""
    desk = await act(case, "rejected", ctx, role="citizen", text=text)
    if desk is None:
        return await _show(case, "", ctx)
    letters = await tell_handlers(desk.case, ctx, why=f"back-{_stamp(ctx)}")
    text = ctx.t("Sent back to the body. Its answer does not count as settled.")
    return Reply(text, letters=letters, unkept=True)


async def _confirm(case: Case, more: str, ctx: Context) -> Reply:
    del more
    desk = await act(case, "confirmed", ctx, role="citizen")
    if desk is None:
        return await _show(case, "", ctx)
    stars = tuple(Button("★" * number, f"mine:rate:{case.code}:{number}") for number in range(1, 6))
    text = ctx.t("Thank you. How content are you with how it was dealt with? (1 to 5 stars)")
    return Reply(text, tuple((star,) for star in reversed(stars)), unkept=True)


async def _rate(case: Case, stars: str, ctx: Context) -> Reply:
    if stars not in ("1", "2", "3", "4", "5"):
        return ctx.old_button()
    desk = await act(case, "rated", ctx, role="citizen", data={"rating": int(stars)})
    if desk is None:
        return await _show(case, "", ctx)
    return Reply(ctx.t("Thank you, your rating counts."), unkept=True)


async def _withdraw(case: Case, more: str, ctx: Context) -> Reply:
    del more
    desk = await act(case, "withdrawn", ctx, role="citizen")
    if desk is None:
        return await _show(case, "", ctx)
    return Reply(ctx.t("Taken back."), unkept=True)


def _when(at: dt.datetime, t: Translator) -> str:
    here = at.astimezone(ZONE)
    return f"{here:%H:%M} {t.date(here.date())}"


def _stamp(ctx: Context) -> str:
    return f"{ctx.now.timestamp():.3f}"


ASKING = ("more", "reject", "withdraw-sure")
"""Buttons that ask for something before anything happens."""
VERBS: Mapping[str, Callable[[Case, str, Context], Awaitable[Reply]]] = {
    "show": _show,
    "confirm": _confirm,
    "rate": _rate,
    "withdraw": _withdraw,
}
"""What the other buttons do."""
