"""Turns a reading into weighted features: words with marks, words without, letters, concepts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from handlers.search.reading import Reading

Vector = NDArray[np.float32]
VIEWS = ("marked", "plain", "letters", "pairs", "concepts")
WEIGHTS: Mapping[str, float] = {
    "marked": 0.32,
    "plain": 0.52,
    "letters": 0.65,
    "pairs": 0.45,
    "concepts": 0.13,
}
"""How much each way of looking counts; chosen on questions left out of the bank.

The squares add up to about 1, so that a text likens itself by 1.
"""
COMMON = 0.05
"""Letters found in more than this share of many texts say little and cost most of the time."""
MANY = 1000
LETTERS = 4
"""Letters looked at together: short enough to survive a slip, long enough to mean something."""
PAIRED = 40
"""Words of a question that are paired with each other; more would cost more than they tell."""


_NUMBER = re.compile(r"\d+")


def views(reading: Reading) -> dict[str, list[str]]:
    """Give the features of each view."""
    plain = [word.fold for word in reading.words]
    marked = [word.key for word in reading.words] if reading.accented else []
    text = " ".join(plain)
    return {
        "marked": [*_grams(marked, 1), *_grams(marked, 2)],
        "plain": [*_grams(plain, 1), *_grams(plain, 2), *_skips(plain)],
        "letters": list(_letters(f" {text} ")),
        "pairs": list(_pairs(plain[:PAIRED])),
        "concepts": list(reading.terms),
    }


def _grams(words: list[str], size: int) -> Iterator[str]:
    for at in range(len(words) - size + 1):
        gram = words[at : at + size]
        if all(gram):
            yield " ".join(gram)


def _skips(words: list[str]) -> Iterator[str]:
    """Give pairs with one word between: cấp [lại] thẻ and cấp thẻ [lại] stay near each other."""
    for first, third in zip(words, words[2:], strict=False):
        yield f"{first} _ {third}"


def _pairs(words: list[str]) -> Iterator[str]:
    """Give every two words of the question, near or far, in the order of the alphabet."""
    distinct = sorted(set(words))
    for at, first in enumerate(distinct):
        for second in distinct[at + 1 :]:
            yield f"{first} ~ {second}"


def _letters(text: str) -> Iterator[str]:
    for at in range(len(text) - LETTERS + 1):
        yield text[at : at + LETTERS]


@dataclass(frozen=True)
class Space:
    """The features known at load, with the weight of each: rare ones say more."""

    columns: Mapping[str, Mapping[str, int]]
    weights: Vector
    unknown: float

    @property
    def texts(self) -> float:
        """The number of texts the weights come from, and one."""
        return float(np.exp(self.unknown)) / 2

    def seen(self, view: str, feature: str) -> float:
        """Give in about how many of the texts a feature stands."""
        column = self.columns[view].get(feature)
        return 0.0 if column is None else self.texts / float(np.exp(self.weights[column])) - 0.5

    def vector(self, found: Mapping[str, list[str]]) -> tuple[NDArray[np.int64], Vector]:
        """Give the columns and values of one question; each view is scaled to its own weight."""
        times: dict[int, int] = {}
        ends = [0]
        for view in VIEWS:
            get = self.columns[view].get
            for feature in found[view]:
                if (column := get(feature)) is not None:
                    times[column] = times.get(column, 0) + 1
            ends.append(len(times))
        columns = np.fromiter(times, np.int64, len(times))
        values: Vector = self.weights[columns]
        if max(times.values(), default=1) > 1:
            counts = np.fromiter(times.values(), np.float32, len(times))
            values *= 1 + np.log(counts)
        for view, begin, end in zip(VIEWS, ends, ends[1:], strict=False):
            part = values[begin:end]
            if begin < end:
                part *= WEIGHTS[view] / math.sqrt(part @ part)
        return columns, values

    def matrix(self, rows: Sequence[Mapping[str, list[str]]]) -> sp.csr_matrix:
        """Give the vectors of many texts, one in each row."""
        made = [self.vector(row) for row in rows]
        ends = np.cumsum([0, *(len(columns) for columns, _ in made)])
        columns = np.concatenate([c for c, _ in made]) if made else np.array([], np.int64)
        values = np.concatenate([v for _, v in made]) if made else np.array([], np.float32)
        return sp.csr_matrix((values, columns, ends), shape=(len(rows), len(self.weights)))


def learn_space(rows: Sequence[Mapping[str, list[str]]], least: int = 3) -> Space:
    """Number the features of the texts; one seen in fewer than `least` texts is left out."""
    columns: dict[str, dict[str, int]] = {}
    counts: list[int] = []
    for view in VIEWS:
        seen = Counter(feature for row in rows for feature in dict.fromkeys(row[view]))
        most = len(rows) * COMMON if view == "letters" and len(rows) > MANY else len(rows)
        kept = [
            (feature, n) for feature, n in seen.items() if least <= n <= most or view == "concepts"
        ]
        columns[view] = {feature: len(counts) + at for at, (feature, _) in enumerate(kept)}
        counts += [n for _, n in kept]
    weights = np.log((len(rows) + 1) / (np.array(counts) + 0.5)).astype(np.float32)
    return Space(columns, weights, float(np.log(2 * (len(rows) + 1))))
