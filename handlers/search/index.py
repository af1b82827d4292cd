"""The index over all content, and `find`: from a question to what answers it, or an honest no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from content.model import FACETS, Facet
from handlers.search.classify import Machine, Scores
from handlers.search.facet import FacetCues
from handlers.search.features import Space, views
from handlers.search.judge import Judge, Signs
from handlers.search.points import REFUSE
from handlers.search.reading import Reader, Reading

Status = Literal["answered", "choices", "refused"]
OFFERED = 3
LOOKED_AT = 40
"""Labels looked at behind the best; far more than are ever offered."""


@dataclass(frozen=True)
class Found:
    """What a question means: references best first, the fact asked for, and how sure that is.

    `carried` says that the subject is the one of the question before;
    `label` is what won (a reference, or `list:` and the name of a full list); `near` are the
    closest entries to offer beside a refusal.
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
class Index:
    """Everything `find` needs, made once at load and never changed."""

    reader: Reader
    space: Space
    machine: Machine
    labels: tuple[str, ...]
    units: Mapping[str, tuple[str, ...]]
    cues: FacetCues
    judge: Judge

    def look(self, question: str) -> Look:
        """Read a question and score every label."""
        reading = self.reader.read(question)
        columns, values = self.space.vector(views(reading))
        scores, facets, _ = self.machine.scores(columns, values)
        return Look(reading, scores, facets, len(values))

    def score_of(self, look: Look) -> dict[str, float]:
        """Give the best labels with their scores, best first."""
        best = np.argpartition(-look.scores, min(LOOKED_AT, len(look.scores) - 1))[:LOOKED_AT]
        best = best[np.argsort(-look.scores[best])]
        return {self.labels[at]: float(look.scores[at]) for at in best}

    def ranked(self, look: Look) -> list[str]:
        """Give the best entries and lists, best first, refusals left out."""
        return [label for label in self.score_of(look) if not label.startswith(REFUSE)]

    def kin(self, first: str, second: str) -> bool:
        """Tell whether two labels do not compete: a list and a unit of it."""
        return second in self.units.get(first, ()) or first in self.units.get(second, ())


@dataclass(frozen=True)
class Look:
    """One question looked at: its reading, the score of every label and every facet."""

    reading: Reading
    scores: Scores
    facets: Scores
    features: int


def find(index: Index, question: str, before: str = "") -> Found:
    """Find what answers `question`; `before` is the question asked earlier in the same talk."""
    look = index.look(question)
    facet = index.cues.facet(look.reading, look.facets)
    if before:
        look = _carry_on(index, look, facet, before)
    return decide(index, look, facet)


def decide(index: Index, look: Look, facet: Facet | None) -> Found:
    """Answer, offer or refuse, by the odds the judge learned from questions left out."""
    if look.features == 0:
        return Found("refused", (), 0.0)
    content = index.ranked(look)
    right, out = index.judge.odds(read_signs(index, look))
    offered = _offered(index, content)
    if out >= index.judge.refuse_at:
        return Found("refused", (), right, near=offered)
    best = content[0]
    if right >= index.judge.answer_at:
        refs = index.units.get(best) or (best,)
        shown = facet if best.startswith("procedure:") else None
        return Found("answered", _best_first(refs, content), right, shown, best)
    shown = facet if offered[0].startswith("procedure:") else None
    return Found("choices", offered, right, shown)


def read_signs(index: Index, look: Look) -> Signs:
    """Sum up one question's scores in the few numbers the judge knows."""
    content, scores = index.ranked(look), index.score_of(look)
    top = scores[content[0]]
    rivals = (scores[label] for label in content[1:] if not index.kin(content[0], label))
    words = look.reading.words
    known = sum(word.fold in index.reader.known for word in words) / max(len(words), 1)
    return Signs(
        top=top,
        margin=top - next(rivals, 0.0),
        refuse=max(
            (score for label, score in scores.items() if label.startswith(REFUSE)), default=0.0
        ),
        known=known,
        length=float(np.log1p(len(words))),
        english=float(look.reading.english),
    )


def _best_first(refs: tuple[str, ...], ranked: list[str]) -> tuple[str, ...]:
    place = {label: at for at, label in enumerate(ranked)}
    return tuple(sorted(refs, key=lambda ref: place.get(ref, len(ranked))))


def _offered(index: Index, content: list[str]) -> tuple[str, ...]:
    """Give the best few entries; a full list is offered by its units that score best."""
    offered: dict[str, None] = {}
    for label in content:
        for ref in _best_first(index.units.get(label, (label,)), content)[:1]:
            offered[ref] = None
    return tuple(offered)[:OFFERED]


def _carry_on(index: Index, look: Look, facet: Facet | None, before: str) -> Look:
    """Read a follow-up: mix what it says itself with what it says beside the earlier question."""
    raise NotImplementedError


__all__ = ["FACETS", "Found", "Index", "Look", "decide", "find"]
