"""Reads a question that follows another one: what it leaves out, the one before has said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from handlers.search.decide import Found, answer_alone, decide, read_signs, with_fact
from handlers.search.index import Index, Look

FACT_EAGER = 0.6
"""A short question after another one asks for a fact more often: the handicap of “no fact”."""
MOVED_ON = 0.15
"""What the subject before loses when the new question names something else of its own."""
NEAR_SUBJECT = 0.1
"""What entries of the same part of the plan gain: people go on to what stands beside."""


def find(index: Index, question: str, before: str = "") -> Found:
    """Find what answers `question`; `before` is the question asked earlier in the same talk."""
    if not before.strip():
        return answer_alone(index, question)
    earlier, look = index.look(before), index.look(question)
    subject = index.ranked(earlier)[0]
    own = with_fact(index, look, decide(index, look))
    silent = index.facets.names_nothing(look.reading)
    if own.status == "answered" and own.label != subject and not silent:
        return own
    facet = index.facets.facet(look.reading, FACT_EAGER)
    if facet and subject.startswith("procedure:"):
        odds, _ = index.judge.odds(read_signs(index, earlier))
        return Found("answered", (subject,), odds, facet, subject, carried=True)
    if own.status == "refused" and not silent and not index.facets.carries_on(look.reading):
        return own
    together = index.look(f"{before} {question}")
    found = decide(index, _mixed(index, look, together, subject))
    return own if found.status == "refused" and own.status != "refused" else found


def _mixed(index: Index, look: Look, together: Look, subject: str) -> Look:
    """See the question beside the one before, leaving the old subject for its neighbours."""
    near = np.array([_part(label) == _part(subject) for label in index.labels], np.float32)
    scores = (look.scores + together.scores) / 2 + NEAR_SUBJECT * near
    scores[index.numbers[subject]] -= MOVED_ON
    return replace(look, scores=scores.astype(np.float32), leanings=together.leanings)


def _part(label: str) -> str:
    """Name the part of the plan a unit stands in; other labels stand for themselves."""
    return label.rpartition("-")[0] if label.startswith("plan:") else label
