"""Which body and field a case belongs to, and what is not taken here; learned from cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from content.feedback import Feedback, Intent, Labelled, Spoken
from content.whole import Content
from handlers.search.features import Space, learn_space, views
from handlers.search.index import Index
from handlers.search.reading import Reader
from handlers.search.syllable import fold

RIDGE = 0.15
"""How much a single case is distrusted; chosen on cases left out."""
SURE = 0.12
"""The lead over the next body from which a proposal is no longer “not sure”."""
CERTAIN = 0.3
"""The score from which words without any sign still make a denunciation or a complaint."""
LEARNED: dict[str, Intent] = {
    "to-cao": "denunciation",
    "khieu-nai": "complaint",
    "danger": "danger",
}


@dataclass(frozen=True)
class Proposal:
    """Bodies from the likeliest on, the field of the first, and whether that is sure enough."""

    bodies: tuple[str, ...]
    field: str
    sure: bool


@dataclass(frozen=True)
class Learned:
    """Labels learned from texts: kernel ridge, one column for each label."""

    space: Space
    points: sp.csr_matrix
    duals: NDArray[np.float64]
    labels: tuple[str, ...]

    def scores(self, reader: Reader, text: str) -> NDArray[np.float64]:
        """Score every label for a text."""
        columns, values = self.space.vector(views(reader.read(text)))
        row = sp.csr_matrix(
            (values, columns, [0, len(columns)]), shape=(1, self.points.shape[1]), dtype=np.float64
        )
        near = np.asarray((self.points @ row.T).todense()).ravel()
        scored: NDArray[np.float64] = near @ self.duals
        return scored


Read = Callable[[str], dict[str, list[str]]]
"""Gives the features of a text."""


def reading_once(reader: Reader) -> Read:
    """Read each text once, however many things are learned from it."""
    return cache(lambda text: views(reader.read(text)))


def learn(read: Read, texts: Sequence[str], labels: Sequence[str]) -> Learned:
    """Learn labels from texts."""
    rows = [read(text) for text in texts]
    space = learn_space(rows, least=1)
    points = space.matrix(rows).astype(np.float64)
    names = tuple(sorted(set(labels)))
    wanted = np.array([[float(label == name) for name in names] for label in labels])
    likeness = np.asarray((points @ points.T).todense())
    duals = np.linalg.solve(likeness + RIDGE * np.eye(len(texts)), wanted)
    return Learned(space, points, duals, names)


@dataclass(frozen=True)
class Router:
    """Proposes bodies, and knows what is not taken."""

    reader: Reader
    bodies: Learned
    intents: Learned
    fields: dict[str, Learned]
    signs: dict[Intent, tuple[str, ...]]

    def propose(self, text: str) -> Proposal:
        """Propose the bodies a case may belong to."""
        scored = self.bodies.scores(self.reader, text)
        order = np.argsort(-scored, kind="stable")
        names = tuple(self.bodies.labels[at] for at in order[:3])
        sure = bool(scored[order[0]] - scored[order[1]] >= SURE)
        return Proposal(names, self._field(names[0], text), sure)

    def _field(self, body: str, text: str) -> str:
        known = self.fields.get(body)
        if known is None:
            return ""
        return known.labels[int(np.argmax(known.scores(self.reader, text)))]

    def not_taken(self, text: str) -> Intent | None:
        """Say why a message is not taken here; None for ordinary feedback."""
        for intent in ("danger", "denunciation", "complaint"):
            if self._has_sign(text, self.signs[intent]):
                return intent
        scored = self.intents.scores(self.reader, text)
        told = dict(zip(self.intents.labels, scored, strict=True))
        label = max(LEARNED, key=lambda name: told.get(name, 0.0))
        return LEARNED[label] if told.get(label, 0.0) >= CERTAIN else None

    def _has_sign(self, text: str, signs: Sequence[str]) -> bool:
        """Look for words as they are written; without marks only where the writer uses none."""
        plain = _spaced(text)
        bare = fold(plain)
        accented = plain != bare
        return any(
            _spaced(sign) in plain or (not accented and fold(_spaced(sign)) in bare)
            for sign in signs
        )


def _spaced(text: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower())
    return f" {' '.join(words.split())} "


def learn_bodies(read: Read, cases: Sequence[Labelled], told: Feedback) -> Learned:
    """Learn bodies from labelled cases and from what each body is said to do."""
    scopes = [(words, body) for body, scope in told.scopes.items() for words in scope]
    known = [*((case.text, case.body) for case in cases), *scopes]
    return learn(read, [text for text, _ in known], [body for _, body in known])


def learn_intents(read: Read, spoken: Sequence[Spoken], cases: Sequence[Labelled]) -> Learned:
    """Learn what is not taken here; every labelled case is one of ordinary feedback."""
    known = [*((s.text, str(s.intent)) for s in spoken), *((c.text, "feedback") for c in cases)]
    return learn(read, [text for text, _ in known], [intent for _, intent in known])


def learn_router(content: Content, index: Index) -> Router:
    """Learn from the content's labelled cases; takes a second or two for a thousand."""
    read = reading_once(index.reader)
    cases = content.cases
    by_body = {case.body: [c for c in cases if c.body == case.body] for case in cases}
    return Router(
        index.reader,
        learn_bodies(read, cases, content.feedback),
        learn_intents(read, content.spoken, cases),
        {
            body: learn(read, [c.text for c in own], [c.field for c in own])
            for body, own in by_body.items()
        },
        {intent: tuple(signs) for intent, signs in content.feedback.signs.items()},
    )


_KNOWN: list[tuple[Index, Router]] = []


def router_of(content: Content, index: Index) -> Router:
    """Give the router of an index; learned once, best before anybody waits for it."""
    if not (_KNOWN and _KNOWN[0][0] is index):
        _KNOWN[:] = [(index, learn_router(content, index))]
    return _KNOWN[0][1]
