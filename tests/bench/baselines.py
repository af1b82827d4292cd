"""The other engines as answering machines: ranked entries, and a line below which they refuse."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from content.whole import Content
from tests.bench.asking import Row, bank_row
from tests.bench.corpus import REFUSE, Corpus, gather, tokenise
from tests.bench.engines import ENGINES, Engine
from tests.bench.tables import note
from tests.measure import Answers, Given

HITS = 60
"""Texts asked of an engine: enough for several entries where each text stands apart."""
HELD_OUT = 25
"""Where no set to tune on is given, every so-manyth question of the bank is left out for it."""


@dataclass(frozen=True)
class Setup:
    """One way to set an engine up, and how often it was right on the questions to tune on."""

    accents: bool
    apart: bool
    topics: bool
    per_word: bool
    line: float = 0.0
    right: float = 0.0

    def __str__(self) -> str:
        return ", ".join(
            (
                "with accents" if self.accents else "without accents",
                "each text apart" if self.apart else "each entry one text",
                "refused topics indexed" if self.topics else "refused topics left out",
                f"refuses under {self.line:.2f}{' a word' if self.per_word else ''}",
                f"then right on {100 * self.right:.1f} %",
            )
        )


@dataclass(frozen=True)
class Ranked:
    """Labels found for one question with the score of each, best first."""

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    words: int

    def strength(self, setup: Setup) -> float:
        """Tell how sure the engine is, by the score that its line is drawn on; -inf: not at all."""
        known = [
            score
            for label, score in zip(self.labels, self.scores, strict=True)
            if setup.topics or not label.startswith(REFUSE)
        ]
        if not known or (setup.topics and self.labels[0].startswith(REFUSE)):
            return -np.inf
        return known[0] / max(self.words, 1) if setup.per_word else known[0]


Ranker = Callable[[str, str], Ranked]


def make_ranker(engine: Engine, corpus: Corpus, *, accents: bool) -> Ranker:
    """Give a function from a question, with the one before, to the labels found."""

    def rank(question: str, before: str) -> Ranked:
        words = tokenise(f"{before} {question}", accents=accents)
        best: dict[str, float] = {}
        for at, score in engine.search(words, HITS):
            best.setdefault(corpus.labels[at], score)
        return Ranked(tuple(best), tuple(best.values()), len(words))

    return rank


def answers(content: Content, rank: Ranker, setup: Setup) -> Answers:
    """Give an engine as something that can be measured."""

    def answer(question: str, before: str) -> Given:
        ranked = rank(question, before)
        if ranked.strength(setup) < setup.line or ranked.strength(setup) == -np.inf:
            return Given("refused", ())
        return Given("answered", _refs(content, ranked))

    return answer


def _refs(content: Content, ranked: Ranked) -> tuple[str, ...]:
    """Give the best three entries, or all units of a list that came first."""
    labels = [label for label in ranked.labels if not label.startswith(REFUSE)]
    kind, _, name = labels[0].partition(":") if labels else ("", "", "")
    if kind == "list":
        units = [f"plan:{unit}" for unit in content.lists[name].units]
        return tuple(sorted(units, key=lambda ref: labels.index(ref) if ref in labels else HITS))
    return tuple(label for label in labels if not label.startswith("list:"))[:3]


def tuned(name: str, content: Content, tune: Sequence[Row]) -> tuple[Ranker, Setup]:
    """Set an engine up in every way, and give the one that was right most often on `tune`.

    Without questions to tune on, some of the bank are left out of the texts and tuned on.
    """
    known, rows = (content, tune) if tune else _held_out(content)
    best, best_ranker = Setup(False, False, False, False, right=-1.0), None
    for accents, apart in itertools.product((False, True), repeat=2):
        note(f"{name}: tuning {'with' if accents else 'without'} accents, apart: {apart}")
        ranker = _ranker(name, known, accents=accents, apart=apart)
        ranked = [ranker(row["q"], row.get("before") or "") for row in rows]
        for topics, per_word in itertools.product((False, True), repeat=2):
            setup = _draw_line(content, rows, ranked, Setup(accents, apart, topics, per_word))
            if setup.right > best.right:
                best, best_ranker = setup, ranker
    if best_ranker is None or not tune:
        best_ranker = _ranker(name, content, accents=best.accents, apart=best.apart)
    return best_ranker, best


def _ranker(name: str, content: Content, *, accents: bool, apart: bool) -> Ranker:
    corpus = gather(content, accents=accents, apart=apart)
    return make_ranker(ENGINES[name](corpus.texts, accents=accents), corpus, accents=accents)


def _draw_line(
    content: Content, rows: Sequence[Row], ranked: Sequence[Ranked], setup: Setup
) -> Setup:
    """Draw the line where refusing below and answering above is right most often."""
    strength = np.array([found.strength(setup) for found in ranked])
    wanted = [set(row["expect"]) for row in rows]
    firsts = [_refs(content, found)[:1] for found in ranked]
    right = np.array([bool(w.intersection(first)) for w, first in zip(wanted, firsts, strict=True)])
    out = np.array([not w for w in wanted])
    order = np.argsort(strength)
    refused = np.concatenate([[0], np.cumsum(out[order])])
    answered = np.concatenate([np.cumsum(right[order][::-1])[::-1], [0]])
    # What cannot be answered at all is refused wherever the line lies.
    least = int(np.isneginf(strength).sum())
    total = (refused + answered)[least:]
    at = int(total.argmax()) + least
    line = float(strength[order[at]]) if at < len(order) else float(np.inf)
    return replace(setup, line=line, right=float(total.max()) / max(len(rows), 1))


def _held_out(content: Content) -> tuple[Content, list[Row]]:
    kept = tuple(numbered for at, numbered in enumerate(content.numbered) if at % HELD_OUT)
    rows = [bank_row(content, line, asked) for line, asked in content.numbered[::HELD_OUT]]
    return replace(content, numbered=kept), rows
