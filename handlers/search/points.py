"""Gathers what the machine learns from: the bank's questions, and each entry's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from content.model import Agency, Answer, Procedure, Question, Unit
from content.reports import Report
from content.whole import Content, Entry

REFUSE = "refuse:"
_CLAUSE = re.compile(r"[;.]\s+")
_LEAST_WORDS = 4


@dataclass(frozen=True)
class Point:
    """A text and the labels it stands for; `question` where it comes from the bank."""

    text: str
    labels: tuple[str, ...]
    question: Question | None = None

    @property
    def careful(self) -> bool:
        """Whether the words are spelled as they should be: from such texts spelling is learned."""
        return self.question is None or self.question.style in ("formal", "english")

    @property
    def hasty(self) -> bool:
        """Whether the words were typed in a hurry: they do not show how words are written."""
        return self.question is not None and self.question.style in ("typo", "teencode")

    @property
    def refused(self) -> bool:
        """Whether this text must not be answered."""
        return self.labels[0].startswith(REFUSE)


def points(content: Content) -> list[Point]:
    """Give all points, the bank's first."""
    bank = [
        Point(q.q, q.refs or (REFUSE + (q.topic or ""),), q)
        for q in content.questions
        if not q.before  # what follows another question says too little by itself
    ]
    own = [
        Point(text, (ref,))
        for ref, entry in content.entries.items()
        if _is_asked_for(entry)
        for text in dict.fromkeys(_words(entry))
    ]
    lists = [
        Point(text, (named.ref,))
        for named in content.lists.values()
        for text in (named.title.vi, named.title.en, *named.aliases)
    ]
    return [*bank, *own, *lists]


def _is_asked_for(entry: Entry) -> bool:
    """Leave out what is not found by words: dates (/baocao), and bodies the plan does not know."""
    return not isinstance(entry, Report) and not (
        isinstance(entry, Agency) and entry.valid_from and not entry.plan_sections
    )


def _words(entry: Entry) -> Iterator[str]:
    match entry:
        case Report():
            return
        case Procedure():
            yield from (entry.name.vi, entry.name.en, *entry.aliases)
        case Unit():
            yield from (entry.title.vi, entry.title.en, entry.gist_en, entry.shown)
            yield from (part for part in _CLAUSE.split(entry.shown) if _long(part))
        case Agency():
            yield from (entry.name.vi, entry.name.en, *entry.aliases)
        case Answer():
            yield from (entry.title.vi, entry.title.en, *entry.aliases)


def _long(text: str) -> bool:
    return len(text.split()) >= _LEAST_WORDS
