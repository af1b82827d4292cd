"""Tells which one fact of a procedure a question asks for, if any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from content.model import FACETS, Facet
from handlers.search.classify import Scores
from handlers.search.reading import Reading

CUE = 0.12
"""What a phrase of the lexicon adds to what the bank has taught; chosen on left-out questions."""
LEAST = 0.4
"""A fact scoring less is not asked for: the whole answer is shown."""


@dataclass(frozen=True)
class FacetCues:
    """The lexicon's phrases that ask for a fact, folded, longest first."""

    phrases: Mapping[Facet, tuple[str, ...]]

    def facet(self, reading: Reading, learned: Scores) -> Facet | None:
        """Give the fact asked for; `learned` scores each of FACETS and, last, none of them."""
        text = f" {reading.folded} "
        scores = learned[: len(FACETS)].copy()
        for at, facet in enumerate(FACETS):
            if any(f" {phrase} " in text for phrase in self.phrases.get(facet, ())):
                scores[at] += CUE
        best = int(np.argmax(scores))
        return FACETS[best] if scores[best] >= max(LEAST, learned[len(FACETS)]) else None
