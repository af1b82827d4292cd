"""The index over all content: how like a question is to every entry, list and refused topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from handlers.search.classify import Block, Numbers, Scores, bent, likeness
from handlers.search.facet import FacetMachine
from handlers.search.features import Space, views
from handlers.search.judge import Judge
from handlers.search.kinds import KINDS, KindMachine
from handlers.search.reading import Reader, Reading, Word

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
ALWAYS_TOGETHER = 50
"""Seen together in so many texts, two words show it whatever else is written of the entry."""
NEVER = 0.05
"""Marks of fewer than this share of those texts are not how the two words are written."""
CONFUSED = str.maketrans("34", "43")
"""The tones hỏi and ngã (see syllable.key), which southern speech does not tell apart."""
REFUSED_KIND = KINDS.index("refuse")
HANDICAPS = np.array([0.0, 0.0, 0.2, 0.0], np.float32)
"""What each of KINDS must lead by: a general answer only where it is plainly what was asked."""


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
        alike, told = likeness(self.points, columns, values)
        scores = np.zeros(len(self.labels), np.float32)
        for at, block in enumerate(self.blocks):
            if len(block.labels):
                own = known.get(at) if known else None
                scores[block.labels] = block.scores(alike, told) if own is None else own
        scores += (KIND_COUNTS * leans - HANDICAPS)[self.label_kinds]
        twin = ""
        if len(alike) and told.max() >= TWIN * bent(values @ values):
            twin = self.labels[self.owners[alike[told.argmax()]]]
        return Look(reading, scores, leans, len(columns), twin)

    def top(self, look: Look) -> list[int]:
        """Give the numbers of the best entries and lists, best first, refusals left out."""
        content = np.where(self.refused, -np.inf, look.scores)
        best = np.argpartition(-content, min(LOOKED_AT, len(content) - 1))[:LOOKED_AT]
        ordered: list[int] = best[np.argsort(-content[best])].tolist()
        return ordered

    def best_refusal(self, look: Look) -> int | None:
        """Give the number of the refused topic that is nearest."""
        if not self.refused.any():
            return None
        return int(np.where(self.refused, look.scores, -np.inf).argmax())

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Number the labels."""
        return {label: at for at, label in enumerate(self.labels)}

    @cached_property
    def refused(self) -> NDArray[np.bool_]:
        """Tell of each label whether it is a topic that is refused."""
        refused: NDArray[np.bool_] = self.label_kinds == REFUSED_KIND
        return refused

    def ranked(self, look: Look) -> list[str]:
        """Give the best entries and lists, best first, refusals left out."""
        return [self.labels[at] for at in self.top(look)]

    def uses(self, label: int, columns: Numbers) -> Numbers:
        """Give in how many texts of a label each of some words stands."""
        begin, end = self.words.indptr[label], self.words.indptr[label + 1]
        used, times = self.words.indices[begin:end], self.words.data[begin:end]
        at = np.minimum(used.searchsorted(columns), max(end - begin - 1, 0))
        return np.where(used[at] == columns, times[at], 0) if len(used) else np.zeros_like(columns)

    def covered(self, reading: Reading, label: int, own: int = 0) -> float:
        """Give the share of a question's words (rare ones count more) that a label's texts use.

        `own` is 1 for a question of the bank that is among those texts itself.
        """
        plain = self.space.columns["plain"]
        distinct = {word.fold for word in reading.words}
        columns = np.array([plain[word] for word in distinct if word in plain], np.int64)
        weights = self.space.weights[columns]
        total = float(weights.sum()) + self.space.unknown * (len(distinct) - len(columns))
        known = float(weights[self.uses(label, columns) > own].sum())
        return known / total if total else 0.0

    def clashes(self, reading: Reading, label: str) -> bool:
        """Tell whether a word was typed with marks that make it another word than is meant here.

        đặt is not đất: the label's texts mark the word otherwise, and so does everybody who
        writes it beside the word that stands beside it here. Where very many write the two words
        together, that alone tells: ăn toàn is not an toàn, though food is eaten.
        """
        if not reading.accented:
            return False
        strange = {
            (first, second): together
            for first, second in pairwise(reading.words)
            if (together := self._together_but_never_so(first, second))
        }
        if not strange:
            return False
        proper, other = self._marked(reading, label)
        return any(
            first in other
            or second in other
            or (together >= ALWAYS_TOGETHER and first in proper and second in proper)
            for (first, second), together in strange.items()
        )

    def _marked(self, reading: Reading, label: str) -> tuple[set[Word], set[Word]]:
        """Give the words typed as proper ones, and those that a label's texts mark otherwise."""
        row = self.numbers[label]
        plain, marked = self.space.columns["plain"], self.space.columns["marked"]
        words = [word for word in dict.fromkeys(reading.words) if word.key]
        said = self.uses(row, np.array([plain.get(word.fold, -1) for word in words], np.int64))
        by_ear = [[marked.get(key, -1) for key in _by_ear(word.key)] for word in words]
        alike = self.uses(row, np.array(by_ear, np.int64).ravel()).reshape(-1, 2).max(1)
        others = ((said >= OFTEN) & (alike < SELDOM * said)).tolist()
        proper = {word for word in words if self.reader.speller.is_proper(word.key, word.fold)}
        lacking = {word for word in words if self._lacks_marks(word, row)}
        otherwise = {word for word, other in zip(words, others, strict=True) if other}
        return proper - lacking, otherwise - (lacking - proper)

    def _lacks_marks(self, word: Word, label: int) -> bool:
        """Tell whether a word may lack marks of one that the label's texts use: kêt for kết."""
        marked = self.space.columns["marked"]
        fuller = [marked.get(form, -1) for form in self.reader.speller.fuller(word.key, word.fold)]
        return bool(fuller) and bool(self.uses(label, np.array(fuller, np.int64)).any())

    def _together_but_never_so(self, first: Word, second: Word) -> float:
        """Give how often two words are seen together, 0 if seldom or if often with these marks."""
        together = self.space.seen("plain", f"{first.fold} {second.fold}")
        if together < TOGETHER or not (first.key and second.key):
            return 0.0
        alike = (
            self.space.seen("marked", f"{one} {other}")
            for one in _by_ear(first.key)
            for other in _by_ear(second.key)
        )
        return together if max(alike) < NEVER * together else 0.0

    def kin(self, first: str, second: str) -> bool:
        """Tell whether two labels do not compete: a list and a unit of it."""
        return second in self.units.get(first, ()) or first in self.units.get(second, ())


@lru_cache(REMEMBERED)
def _looked(index: Index, question: str) -> Look:
    return index.look_at(index.reader.read(question))


def _by_ear(key: str) -> tuple[str, str]:
    return key, key.translate(CONFUSED)
