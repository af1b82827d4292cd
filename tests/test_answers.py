"""Every sentence of an answer comes from content or from a catalogue, and has a reference."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from heapq import merge
from typing import Any

import pytest
from pydantic import BaseModel

from bot.library import Library
from content.catalogue import read_catalogue, translator
from content.whole import Content
from handlers.answers.procedure import LABELS
from handlers.answers.render import render, show
from handlers.search.follow import find

LONG = 12
"""Shorter texts of content could stand inside a sentence of the catalogue: they are taken last."""
TODAY = dt.date(2026, 11, 25)
_NUMBERED = re.compile(r"^(?:• |\d+\. )")
_PLACE = re.compile(r"\\\{\w+\\\}")


def leaves(value: Any) -> Iterator[str]:
    """Give every text of a piece of content."""
    if isinstance(value, BaseModel):
        yield from leaves(dict(value))
    elif isinstance(value, dict):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from leaves(part)
    elif isinstance(value, str):
        lines = (" ".join(line.split()) for line in value.split("\n") if line.strip())
        yield from (_NUMBERED.sub("", line) for line in lines)


class Known:
    """All that may be said in one language: content's texts and the catalogue's sentences."""

    def __init__(self, content: Content, lang: str) -> None:
        said = [*content.entries.values(), content.document, *content.lists.values()]
        self.texts = sorted({text for entry in said for text in leaves(entry)}, key=len)
        catalogue = [str(message.string) for message in read_catalogue(lang) if message.id]
        catalogue.sort(key=len, reverse=True)
        patterns = (_PLACE.sub("[^\\n]{1,300}?", re.escape(text)) for text in catalogue)
        self.sentences = [re.compile(pattern) for pattern in patterns]

    def left_over(self, line: str, own: list[str]) -> str:
        """Take from a line what content (`own` texts first) and catalogue say; give the rest."""
        rest = _NUMBERED.sub("", line)
        for text in (text for text in own if len(text) >= LONG):
            rest = rest.replace(text, " ")
        for sentence in self.sentences:
            rest = sentence.sub(" ", rest)
        for text in (text for text in own if len(text) < LONG):
            rest = rest.replace(text, " ")
        return re.sub(r"[\s:;.,›=>()%–-]+|\b(?:19|20)?\d{2,4}\b|\d+", "", rest)


@pytest.fixture(scope="module", params=["vi", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    """Give each language."""
    return str(request.param)


@pytest.fixture(scope="module")
def known(library: Library, lang: str) -> Known:
    """Gather what may be said."""
    return Known(library.content, lang)


def texts_of(entries: Iterable[Any]) -> list[str]:
    """Give every text of some content, longest first."""
    return sorted({text for entry in entries for text in leaves(entry)}, key=len, reverse=True)


def shared_texts(content: Content, lang: str) -> list[str]:
    """Give the texts any answer may use: the plan's name, lists, bodies, titles on buttons."""
    titles = [content.title(ref, lang) for ref in content.entries]
    reports = content.reports
    days = [reports.sources, reports.calendar]  # what a due day is explained with
    return texts_of(
        [content.document, *content.lists.values(), *content.agencies.values(), titles, *days]
    )


def test_every_entry_and_fact_says_only_what_is_known(
    library: Library, lang: str, known: Known
) -> None:
    t, content = translator(lang), library.content
    shared = shared_texts(content, lang)
    strange = [
        (ref, facet, left, line[:120])
        for ref in content.entries
        for facet in [None, *(LABELS if ref.startswith("procedure:") else ())]
        for own in [[*merge(texts_of([content.entries[ref]]), shared, key=lambda t: -len(t))]]
        for line in show(ref, facet, content, t, TODAY).text.split("\n")
        if (left := known.left_over(" ".join(line.split()), own))
    ]
    assert strange == []


def test_every_answer_over_the_bank_rests_on_something(library: Library, lang: str) -> None:
    t, content = translator(lang), library.content
    shown: set[tuple[str, ...]] = set()
    for question in content.questions[:: 5 if lang == "vi" else 50]:
        found = find(library.index, question.q, question.before or "")
        reply = render(found, content, t, TODAY)
        if found.status == "answered":
            assert reply.refs
            assert set(reply.refs) <= set(content.entries)
            assert reply.text.strip()
        else:
            assert reply.buttons
        shown.add(reply.refs)
    assert len(shown) > 100


def test_lists_name_every_unit(library: Library, lang: str) -> None:
    t, content = translator(lang), library.content
    found = find(library.index, "Liệt kê tất cả nhiệm vụ của Sở Nội vụ trong kế hoạch")
    text = render(found, content, t, TODAY).text
    assert found.whole
    assert all(f"{ref.removeprefix('plan:')})" in text for ref in found.refs)
