"""Asks the bot: the one place in the bench that knows how it is asked and how questions look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.library import Library
from content.catalogue import translator
from content.model import Question
from content.whole import Content
from handlers.answers.render import render
from handlers.search.decide import Found
from handlers.search.follow import find
from tests.measure import Answers, Given

Row = Mapping[str, Any]
"""A question of a labelled set; see `tests.measure`."""


def bot(library: Library) -> Answers:
    """Give the bot as something that can be measured."""

    def answer(question: str, before: str) -> Given:
        found = find(library.index, question, before)
        return Given(found.status, found.refs, found.facet)

    return answer


def answer_in_words(library: Library, today: dt.date) -> Callable[[Row], Found]:
    """Give a function that does all the bot does for one question, words included."""
    words = translator("vi")

    def answer(row: Row) -> Found:
        found = find(library.index, row["q"], row.get("before") or "")
        render(found, library.content, words, today)
        return found

    return answer


def asked_for_one(rows: Iterable[Row]) -> list[Row]:
    """Keep the questions that one entry answers and that stand by themselves."""
    return [row for row in rows if row["type"] in ("single", "facet") and not row.get("before")]


def first_right(row: Row, given: Given) -> bool:
    """Tell whether the first reference is one of those wanted."""
    return given.status != "refused" and given.refs[:1] != () and given.refs[0] in row["expect"]


def wrong_answer(row: Row, given: Given) -> bool:
    """Tell whether something was answered outright that should not have been."""
    return given.status == "answered" and not first_right(row, given)


def bank_row(content: Content, line: int, question: Question) -> Row:
    """Bring a question of the bank into the form of a labelled one."""
    units = [
        f"plan:{unit}" for ref in question.refs for unit in _units(content, ref)
    ]  # of the lists it asks for
    return {
        "id": f"bank-{line}",
        "q": question.q,
        "before": question.before,
        "style": question.style,
        "type": "list" if units else _type(question),
        "expect": units or list(question.refs),
        "facet": question.facet,
    }


def _type(question: Question) -> str:
    if not question.refs:
        return "refuse"
    return "facet" if question.facet else "single"


def _units(content: Content, ref: str) -> tuple[str, ...]:
    kind, _, name = ref.partition(":")
    return content.lists[name].units if kind == "list" else ()
