"""Decides from the scores of a question: answer, offer a few entries, or an honest no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from content.model import Facet
from handlers.search.index import REFUSED_KIND, Index, Look
from handlers.search.judge import Signs
from handlers.search.points import REFUSE

Status = Literal["answered", "choices", "refused"]
OFFERED = 3
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


def answer_alone(index: Index, question: str) -> Found:
    """Find what answers a question that stands by itself."""
    look = index.look(question)
    return with_fact(index, look, decide(index, look))


def with_fact(index: Index, look: Look, found: Found) -> Found:
    """Add the fact that is asked for, where a procedure is what was found."""
    if not (found.refs and found.refs[0].startswith("procedure:")):
        return found
    return replace(found, facet=index.facets.facet(look.reading))


def decide(index: Index, look: Look) -> Found:
    """Answer, offer or refuse, by the odds the judge learned from questions left out."""
    if look.features == 0:
        return Found("refused", (), 0.0)
    top = index.top(look)
    content = [index.labels[at] for at in top]
    right, out = index.judge.odds(_signs(index, look, top))
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
        return Found("answered", _best_first(refs, _places(content)), right, label=best)
    return Found("choices", offered, right)


def read_signs(index: Index, look: Look, own: tuple[str, ...] = ()) -> Signs:
    """Sum up one question's scores in the few numbers the judge knows.

    `own` are the labels of a question of the bank that is looked at as if it were not in it.
    """
    return _signs(index, look, index.top(look), own)


def _signs(index: Index, look: Look, top: list[int], own: tuple[str, ...] = ()) -> Signs:
    best, *rest = top[:10]
    rivals = (
        float(look.scores[at]) for at in rest if not index.kin(index.labels[best], index.labels[at])
    )
    score = float(look.scores[best])
    out = index.best_refusal(look)
    words = look.reading.words
    known = sum(word.fold in index.reader.known for word in words) / max(len(words), 1)
    others = np.delete(look.leanings, REFUSED_KIND)
    return Signs(
        top=score,
        margin=score - next(rivals, 0.0),
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
