"""Turns what was found into a reply: the right words, the right buttons, on every channel alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from content.catalogue import Translator
from content.model import Agency, Answer, Procedure, Unit
from content.reports import Report
from content.whole import Content
from handlers.answers.agency import one_agency
from handlers.answers.general import one_answer
from handlers.answers.pieces import together
from handlers.answers.plan import one_unit, whole_list
from handlers.answers.procedure import IN_SHORT, LABELS, in_short, one_fact
from handlers.answers.report import one_report
from handlers.message import Button, Reply
from handlers.search.decide import Found

PERSON = "answer:gap-can-bo"
"""The curated answer that tells how to reach a person."""


def render(found: Found, content: Content, t: Translator, today: dt.date) -> Reply:
    """Say what was found."""
    if found.status == "refused":
        return refusal(found, content, t)
    if found.status == "choices":
        return Reply(
            t("Which of these do you mean?"),
            (*_choices(found.refs, content, t), (_none_of_these(t),)),
            refs=found.refs,
        )
    if found.whole:
        units = [content.units[ref.removeprefix("plan:")] for ref in found.refs]
        named = content.lists[found.label.removeprefix("list:")]
        return Reply(whole_list(named, units, content, t, today), refs=found.refs)
    return show(found.refs[0], found.facet, content, t, today)


def show(ref: str, facet: str | None, content: Content, t: Translator, today: dt.date) -> Reply:
    """Show one entry, or one fact of a procedure."""
    entry = content.entries[ref]
    buttons: Iterable[tuple[Button, ...]]
    match entry:
        case Procedure():
            text = one_fact(entry, facet, t, today) if facet else in_short(entry, t, today)
            buttons = _facts(entry, facet, t)
        case Unit():
            text = one_unit(entry, content, t, today)
            buttons = _choices(_bodies(entry), content, t)
        case Agency():
            text, buttons = one_agency(entry, content, t), ()
        case Report():
            text, buttons = one_report(entry, content, t, today), ()
        case Answer():
            text = one_answer(entry, t, today)
            buttons = _choices(entry.related, content, t)
    return Reply(text, tuple(buttons), refs=(ref,))


def refusal(found: Found, content: Content, t: Translator) -> Reply:
    """Say that this is not known, offer what is near, and a person."""
    near = found.near[:3]
    text = [
        t("Sorry, I do not have a checked answer to this."),
        t("I only answer from documents that were checked, so I would rather not guess."),
        t("Perhaps one of these is near what you need:") if near else "",
    ]
    rows = [*_choices(near, content, t), *_choices((PERSON,), content, t)]
    return Reply(together(text), tuple(rows))


def _choices(refs: Iterable[str], content: Content, t: Translator) -> Iterator[tuple[Button, ...]]:
    for ref in refs:
        if ref in content.entries:
            yield (Button(content.title(ref, t.lang), f"show:{ref}"),)


def _none_of_these(t: Translator) -> Button:
    return Button(t("None of these"), "none:")


def _facts(procedure: Procedure, shown: str | None, t: Translator) -> Iterator[tuple[Button, ...]]:
    """Buttons for the facts not shown yet, two in a row; the whole answer when only one was."""
    said = {shown} if shown else set(IN_SHORT)
    buttons = [
        Button(t(label), f"fact:{name}:{procedure.ref}")
        for name, label in LABELS.items()
        if name not in said
    ]
    if shown:
        buttons.insert(0, Button(t("All in short"), f"show:{procedure.ref}"))
    for at in range(0, len(buttons), 2):
        yield tuple(buttons[at : at + 2])


def _bodies(unit: Unit) -> list[str]:
    return [f"agency:{slug}" for slug in unit.lead[:2]]
