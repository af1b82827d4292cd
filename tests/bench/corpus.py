"""What the other engines index: the words of every entry, list and refused topic, bank included."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from content.model import Agency, Answer, Procedure, Unit
from content.whole import Content, Entry
from tests.bench.engines import Words
from tests.disturb import fold

REFUSE = "refuse:"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Corpus:
    """Texts in the order they are numbered, and the label each of them stands for."""

    labels: tuple[str, ...]
    texts: tuple[Words, ...]


def tokenise(text: str, *, accents: bool) -> Words:
    """Cut into lower-case syllables, with their accents or without."""
    clean = unicodedata.normalize("NFC", text).lower()
    return _WORD.findall(clean if accents else fold(clean))


def gather(content: Content, *, accents: bool, apart: bool) -> Corpus:
    """Gather the texts: each entry as one, or title, alias, body and bank question each apart."""
    texts = _texts(content)
    if not apart:
        texts = {label: ["\n".join(own)] for label, own in texts.items()}
    pairs = [(label, text) for label, own in texts.items() for text in own]
    return Corpus(
        tuple(label for label, _ in pairs),
        tuple(tokenise(text, accents=accents) for _, text in pairs),
    )


def _texts(content: Content) -> dict[str, list[str]]:
    texts = {ref: list(_own(content, ref, entry)) for ref, entry in content.entries.items()}
    for named in content.lists.values():
        texts[named.ref] = [named.title.vi, named.title.en, *named.aliases]
    for question in content.questions:
        for label in question.refs or (f"{REFUSE}{question.topic}",):
            texts.setdefault(label, []).append(question.q)
    return texts


def _own(content: Content, ref: str, entry: Entry) -> Iterator[str]:
    yield from (content.title(ref, "vi"), content.title(ref, "en"), content.text(entry))
    match entry:
        case Procedure() | Agency():
            yield from entry.aliases
        case Unit():
            yield entry.gist_en
        case Answer():
            yield from (*entry.aliases, entry.text.en)
