"""The index over all content, and `find`: from a question to what answers it, or an honest no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np
import scipy.sparse as sp

from content.model import Facet
from handlers.search.classify import Block, Numbers, Scores, bent, likeness
from handlers.search.facet import FacetMachine
from handlers.search.features import Space, views
from handlers.search.judge import Judge, Signs
from handlers.search.kinds import KINDS, KindMachine
from handlers.search.points import REFUSE
from handlers.search.reading import Reader, Reading, Word

Status = Literal["answered", "choices", "refused"]
OFFERED = 3
LOOKED_AT = 40
"""Labels looked at behind the best; far more than are ever offered."""
KIND_COUNTS = 0.2
"""What leaning to a kind adds to its labels; chosen on questions left out of the bank."""
REMEMBERED = 500
"""Questions of the last minutes whose look is kept in memory, some 10 KB each."""
TWIN = 0.9
"""A question this like one of the bank is that question: the curators have answered it."""
OFTEN = 2
"""A word that a label's texts use less often does not show how it is written."""
SELDOM = 0.15
"""Marks that fewer than this share of a label's uses of a word carry make it another word."""
TOGETHER = 4
"""Two words seen together in so many texts show how they are marked."""
NEVER = 0.05
"""Marks of fewer than this share of those texts are not how the two words are written."""
CONFUSED = str.maketrans("34", "43")
"""The tones hỏi and ngã (see syllable.key), which southern speech does not tell apart."""
REFUSED_KIND = KINDS.index("refuse")
HANDICAPS = np.array([0.0, 0.0, 0.2, 0.0], np.float32)
"""What each of KINDS must lead by: a general answer only where it is plainly what was asked."""
ALL_ASKED_AT = 0.5
"""A full list is given at these odds already: its units show which of them were meant."""


@dataclass(frozen=True)
class Found:
    """What a question means: references best first, the fact asked for, and how sure that is.

    `label` is what won (a reference, or `list:` and the name of a full list); `carried` says that
    the subject is the one of the question before; `near` are the closest entries to offer beside
    a refusal.
    """

    status: Status
    refs: tuple[str, ...]
    confidence: float
    facet: Facet | None = None
    label: str = ""
    carried: bool = False
    near: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the answer is the full list, not one entry."""
        return self.label.startswith("list:")


@dataclass(frozen=True)
class Look:
    """One question looked at: its reading, the score of every label, the leaning to every kind.

    `twin` is the label of a question of the bank that is all but the same, if there is one.
    """

    reading: Reading
    scores: Scores
    leanings: Scores
    features: int
    twin: str = ""


@dataclass(frozen=True, eq=False)
class Index:
    """Everything `find` needs, made once at load and never changed."""

    reader: Reader
    space: Space
    points: sp.csr_matrix
    owners: Numbers
    blocks: tuple[Block, ...]
    kinds: KindMachine
    label_kinds: Numbers
    labels: tuple[str, ...]
    units: Mapping[str, tuple[str, ...]]
    words: sp.csr_matrix
    facets: FacetMachine
    judge: Judge

    def look(self, question: str) -> Look:
        """Read a question and score every label; what was asked a moment ago costs nothing.

        A question is looked at again as the one before of the next, and in a busy hour many ask
        the same.
        """
        return _looked(self, question)

    def look_at(
        self,
        reading: Reading,
        known: Mapping[int, Scores] | None = None,
        leanings: Scores | None = None,
    ) -> Look:
        """Score every label for a question that has been read.

        `known` holds scores of blocks, `leanings` the leanings, where they are known already.
        """
        columns, values = self.space.vector(views(reading))
        leans = self.kinds.lean(columns, values) if leanings is None else leanings
        near = likeness(self.points, columns, values)
        scores = np.zeros(len(self.labels), np.float32)
        for at, block in enumerate(self.blocks):
            if len(block.labels):
                own = known.get(at) if known else None
                scores[block.labels] = block.scores(near) if own is None else own
        scores += (KIND_COUNTS * leans - HANDICAPS)[self.label_kinds]
        nearest = int(near.argmax()) if len(columns) else 0
        same = bent(values @ values)
        twin = self.labels[self.owners[nearest]] if near[nearest] >= TWIN * same else ""
        return Look(reading, scores, leans, len(columns), twin)

    def top(self, look: Look) -> list[int]:
        """Give the numbers of the best entries and lists, best first, refusals left out."""
        content = np.where(self.label_kinds == REFUSED_KIND, -np.inf, look.scores)
        best = np.argpartition(-content, min(LOOKED_AT, len(content) - 1))[:LOOKED_AT]
        ordered: list[int] = best[np.argsort(-content[best])].tolist()
        return ordered

    def best_refusal(self, look: Look) -> int | None:
        """Give the number of the refused topic that is nearest."""
        refusals = np.flatnonzero(self.label_kinds == REFUSED_KIND)
        return int(refusals[look.scores[refusals].argmax()]) if len(refusals) else None

    def ranked(self, look: Look) -> list[str]:
        """Give the best entries and lists, best first, refusals left out."""
        return [self.labels[at] for at in self.top(look)]

    def covered(self, reading: Reading, label: int, own: int = 0) -> float:
        """Give the share of a question's words (rare ones count more) that a label's texts use.

        `own` is 1 for a question of the bank that is among those texts itself.
        """
        begin, end = self.words.indptr[label], self.words.indptr[label + 1]
        used, times = self.words.indices[begin:end], self.words.data[begin:end]
        heard = set(used[times > own].tolist())
        total = known = 0.0
        for word in {word.fold for word in reading.words}:
            column = self.space.columns["plain"].get(word)
            weight = self.space.unknown if column is None else float(self.space.weights[column])
            total += weight
            known += weight * (column in heard)
        return known / total if total else 0.0

    def clashes(self, reading: Reading, label: str) -> bool:
        """Tell whether a word was typed with marks that make it another word than is meant here.

        đặt is not đất: the label's texts mark the word otherwise, and so does everybody who
        writes it beside the word that stands beside it here.
        """
        if not reading.accented:
            return False
        other = self._marked_otherwise(reading, label)
        beside = pairwise(reading.words)
        return bool(other) and any(
            (first in other or second in other) and self._never_so(first, second)
            for first, second in beside
        )

    def _marked_otherwise(self, reading: Reading, label: str) -> set[Word]:
        row = self.labels.index(label)
        begin, end = self.words.indptr[row], self.words.indptr[row + 1]
        used = self.words.indices[begin:end].tolist()
        times = dict(zip(used, self.words.data[begin:end].tolist(), strict=True))
        plain, marked = self.space.columns["plain"], self.space.columns["marked"]

        def is_other(word: Word) -> bool:
            said = times.get(plain.get(word.fold, -1), 0)
            alike = max(times.get(marked.get(key, -1), 0) for key in _by_ear(word.key))
            return bool(word.key) and said >= OFTEN and alike < SELDOM * said

        return {word for word in reading.words if is_other(word) and not self.reader.lacks(word)}

    def _never_so(self, first: Word, second: Word) -> bool:
        """Tell whether two words are often seen together, but hardly ever with these marks."""
        together = self.space.seen("plain", f"{first.fold} {second.fold}")
        if together < TOGETHER or not (first.key and second.key):
            return False
        alike = (
            self.space.seen("marked", f"{one} {other}")
            for one in _by_ear(first.key)
            for other in _by_ear(second.key)
        )
        return max(alike) < NEVER * together

    def kin(self, first: str, second: str) -> bool:
        """Tell whether two labels do not compete: a list and a unit of it."""
        return second in self.units.get(first, ()) or first in self.units.get(second, ())


@lru_cache(REMEMBERED)
def _looked(index: Index, question: str) -> Look:
    return index.look_at(index.reader.read(question))


def answer_alone(index: Index, question: str) -> Found:
    """Find what answers a question that stands by itself."""
    look = index.look(question)
    return decide(index, look, index.facets.facet(look.reading))


def decide(index: Index, look: Look, facet: Facet | None) -> Found:
    """Answer, offer or refuse, by the odds the judge learned from questions left out."""
    if look.features == 0:
        return Found("refused", (), 0.0)
    content = index.ranked(look)
    right, out = index.judge.odds(read_signs(index, look))
    if look.twin and not look.twin.startswith(REFUSE):
        content = [look.twin, *(label for label in content if label != look.twin)]
        right, out = max(right, index.judge.answer_at), 0.0
    offered = _offered(index, content)
    if out >= index.judge.refuse_at:
        return Found("refused", (), right, near=offered)
    best = content[0]
    sure = right >= (ALL_ASKED_AT if best in index.units else index.judge.answer_at)
    if sure and not index.clashes(look.reading, best):
        refs = index.units.get(best) or (best,)
        shown = facet if best.startswith("procedure:") else None
        return Found("answered", _best_first(refs, _places(content)), right, shown, best)
    shown = facet if offered[0].startswith("procedure:") else None
    return Found("choices", offered, right, shown)


def read_signs(index: Index, look: Look, own: tuple[str, ...] = ()) -> Signs:
    """Sum up one question's scores in the few numbers the judge knows.

    `own` are the labels of a question of the bank that is looked at as if it were not in it.
    """
    best, *rest = index.top(look)[:10]
    rivals = (
        float(look.scores[at]) for at in rest if not index.kin(index.labels[best], index.labels[at])
    )
    top = float(look.scores[best])
    out = index.best_refusal(look)
    words = look.reading.words
    known = sum(word.fold in index.reader.known for word in words) / max(len(words), 1)
    others = np.delete(look.leanings, REFUSED_KIND)
    return Signs(
        top=top,
        margin=top - next(rivals, 0.0),
        refuse=0.0 if out is None else float(look.scores[out]),
        lean=float(others.max()),
        lean_out=float(look.leanings[REFUSED_KIND]),
        covered=index.covered(look.reading, best, index.labels[best] in own),
        covered_out=(
            0.0 if out is None else index.covered(look.reading, out, index.labels[out] in own)
        ),
        known=known,
        length=float(np.log1p(len(words))),
        english=float(look.reading.english),
    )


def _best_first(refs: tuple[str, ...], place: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(refs, key=lambda ref: place.get(ref, len(place))))


def _by_ear(key: str) -> tuple[str, str]:
    return key, key.translate(CONFUSED)


def _places(ranked: list[str]) -> Mapping[str, int]:
    return {label: at for at, label in enumerate(ranked)}


def _offered(index: Index, content: list[str]) -> tuple[str, ...]:
    """Give the best few entries; a full list is offered by its units that score best."""
    place = _places(content)
    offered: dict[str, None] = {}
    for label in content:
        for ref in _best_first(index.units.get(label, (label,)), place)[:1]:
            offered[ref] = None
        if len(offered) == OFFERED:
            break
    return tuple(offered)
