"""Tells which one fact of a procedure a question asks for, if any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from content.model import FACETS, Facet
from handlers.search.classify import Scores
from handlers.search.reading import Reading

NONE = len(FACETS)
HANDICAP = 0.3
"""“No fact asked for” must lead by this much: beginning with a fact does little harm."""

Phrases = Mapping[Facet, tuple[str, ...]]


@dataclass(frozen=True)
class FacetMachine:
    """The lexicon's phrases that ask for a fact, and a linear machine over them and the words.

    `quiet` are words that ask or are polite, `openings` begin a question that follows another;
    `numbers` gives each feature its column, `rarity` its value, `weights` a row for each of FACETS
    and, last, for no fact at all.
    """

    phrases: Phrases
    quiet: frozenset[str]
    openings: tuple[str, ...]
    numbers: Mapping[str, int]
    rarity: Scores
    weights: Scores
    constants: Scores

    def names_nothing(self, reading: Reading) -> bool:
        """Tell whether a question has only words of asking, none that says what it is about."""
        return all(word.fold in self.quiet for word in reading.words)

    def carries_on(self, reading: Reading) -> bool:
        """Tell whether a question opens as one that follows another: “còn …”, “what about …”."""
        return f"{reading.folded} ".startswith(tuple(f"{words} " for words in self.openings))

    def facet(self, reading: Reading, handicap: float = HANDICAP) -> Facet | None:
        """Give the fact asked for, None where the whole answer is wanted."""
        columns, values = _vector(features(reading, self.phrases), self.numbers, self.rarity)
        scores = self.weights[:, columns] @ values + self.constants
        scores[NONE] -= handicap
        best = int(np.argmax(scores))
        return None if best == NONE else FACETS[best]


def features(reading: Reading, phrases: Phrases) -> list[str]:
    """Give words, neighbours, beginnings and ends, and which facts the lexicon sees asked for."""
    words = [word.fold for word in reading.words]
    text = f" ^ {' '.join(words)} $ "
    cues = [name for name in FACETS if any(f" {p} " in text for p in phrases.get(name, ()))]
    return [
        *words,
        *(f"{first} {second}" for first, second in pairwise(words)),
        *(f"{first} _ {third}" for first, third in zip(words, words[2:], strict=False)),
        *_edges(words),
        *(f"cue:{name}" for name in cues),
        *([f"cue:{'+'.join(cues)}"] if len(cues) > 1 else []),
    ]


def _edges(words: list[str]) -> Iterator[str]:
    if words:
        yield f"^ {words[0]}"
        for size in (1, 2, 3):
            yield f"{' '.join(words[-size:])} $"


def learn_facets(
    readings: Sequence[Reading],
    asked: Sequence[Facet | None],
    phrases: Phrases,
    polite: Iterable[str],
    openings: Sequence[str],
) -> FacetMachine:
    """Learn from the bank's questions about procedures which words ask for which fact."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - see kinds.learn_kinds

    rows = [features(reading, phrases) for reading in readings]
    counts = Counter(feature for row in rows for feature in dict.fromkeys(row))
    kept = [feature for feature, count in counts.items() if count >= 2]
    numbers = {feature: at for at, feature in enumerate(kept)}
    # A cue of the lexicon counts fully, however often it is heard.
    rarity = np.array(
        [1.0 if f.startswith("cue:") else -np.log(counts[f] / len(rows)) for f in kept], np.float32
    )
    blank = np.zeros((NONE + 1, len(kept)), np.float32)
    constants = np.full(NONE + 1, -1.0, np.float32)
    wanted = np.array([NONE if facet is None else FACETS.index(facet) for facet in asked])
    if len(np.unique(wanted)) > 2:
        made = [_vector(row, numbers, rarity) for row in rows]
        ends = np.cumsum([0, *(len(columns) for columns, _ in made)])
        matrix = sp.csr_matrix(
            (np.concatenate([v for _, v in made]), np.concatenate([c for c, _ in made]), ends),
            shape=(len(rows), len(kept)),
        )
        found = LinearSVC(C=0.5, random_state=0).fit(matrix, wanted)
        blank[found.classes_], constants[found.classes_] = found.coef_, found.intercept_
    cues = (phrase for found in phrases.values() for phrase in found)
    quiet = frozenset(word for text in (*cues, *polite, *openings) for word in text.split())
    return FacetMachine(phrases, quiet, tuple(openings), numbers, rarity, blank, constants)


def _vector(
    row: list[str], numbers: Mapping[str, int], rarity: Scores
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Scores]:
    columns = np.array(sorted({numbers[f] for f in row if f in numbers}), np.int64)
    values = rarity[columns]
    words = values != 1.0
    length = float(np.sqrt((values[words] ** 2).sum()))
    return columns, np.where(words, values / (length or 1.0), values).astype(np.float32)
