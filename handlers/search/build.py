"""Builds the index from content: reads every point, trains the machines, sets the judge's lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from content.whole import Content
from handlers.search.classify import Block, Numbers, Scores, train
from handlers.search.decide import read_signs
from handlers.search.facet import FacetMachine, Phrases, learn_facets
from handlers.search.features import Space, learn_space, views
from handlers.search.index import Index, Look
from handlers.search.judge import Judge, Lesson, learn_judge
from handlers.search.kinds import KINDS, kind_of, learn_kinds
from handlers.search.points import Point, points
from handlers.search.reading import Reading, make_reader, tokenise
from handlers.search.syllable import fold

MOST_SOLVED = 12_000
"""Points one solve takes (its memory grows with the square); the rest speak by likeness alone."""
LESSONS = 800
"""Left-out questions of each kind that the judge learns from; more cost time and change little."""
UNJUDGED = Judge((), ())


def build(content: Content) -> Index:
    """Make the index. Takes a good part of a minute; `cache` keeps the result."""
    gathered = _in_order(points(content))
    labels = tuple(sorted({label for point in gathered for label in point.labels}))
    numbers = {label: at for at, label in enumerate(labels)}
    reader = make_reader(
        content.lexicon,
        [(point.text, point.careful) for point in gathered],
        [point.text for point in gathered if not point.hasty],
    )
    readings = [reader.read(point.text) for point in gathered]
    found = [views(reading) for reading in readings]
    space = learn_space(found)
    rows = space.matrix(found)
    kinds = np.array([kind_of(point.labels[0]) for point in gathered], np.int64)
    kind_machine, leanings = learn_kinds(rows, kinds)
    trained = [
        _train_block(gathered, np.flatnonzero(kinds == kind), rows, labels)
        for kind in range(len(KINDS))
    ]
    units = {
        named.ref: tuple(f"plan:{unit}" for unit in named.units) for named in content.lists.values()
    }
    draft = Index(
        reader=reader,
        space=space,
        points=rows.T.tocsr(),
        owners=np.array([numbers[point.labels[0]] for point in gathered], np.int64),
        blocks=tuple(block for block, _ in trained),
        kinds=kind_machine,
        label_kinds=np.array([kind_of(label) for label in labels], np.int64),
        labels=labels,
        units=units,
        words=_words(gathered, readings, space, labels),
        facets=_facets(content, gathered, readings),
        judge=UNJUDGED,
    )
    left_out = [scores for _, scores in trained]
    # One question is too little work to share between processors: waiting would cost more.
    threadpool_limits(1)
    return replace(draft, judge=learn_judge(_lessons(draft, gathered, leanings, left_out)))


def _train_block(
    gathered: list[Point], members: Numbers, rows: sp.csr_matrix, labels: tuple[str, ...]
) -> tuple[Block, dict[int, Scores]]:
    """Train the points of one kind; gives the block and the left-out scores of its questions."""
    room = len(members) if len(members) <= MOST_SOLVED else _asked_for(gathered, members)
    solved, loose = members[:room], members[room:]
    kinds = {kind_of(gathered[at].labels[0]) for at in members[:1]}
    learned = sorted(
        {name for at in solved for name in gathered[at].labels if kind_of(name) in kinds}
    )
    more = sorted({gathered[at].labels[0] for at in loose} - set(learned))
    here = {label: at for at, label in enumerate([*learned, *more])}
    numbers = np.array([labels.index(label) for label in here], np.int64)
    targets = np.zeros((len(solved), len(learned)), np.float32)
    for row, at in enumerate(solved):
        for label in gathered[at].labels:
            if label in here:
                targets[row, here[label]] = 1.0
    owners = np.array([here[gathered[at].labels[0]] for at in loose], np.int64)
    if not len(members):
        return Block(0, targets, owners, numbers), {}
    bank = np.array([row for row, at in enumerate(solved) if gathered[at].question], np.int64)
    asked = bank[:: max(len(bank) // LESSONS, 1)]
    duals, left_out = train(rows[solved], targets, asked)
    block = Block(int(members[0]), duals, owners, numbers)
    known = np.zeros((len(asked), len(numbers)), np.float32)
    known[:, : len(learned)] = left_out
    return block, {int(solved[row]): known[at] for at, row in enumerate(asked)}


def _in_order(gathered: list[Point]) -> list[Point]:
    """Put kinds together and, in each, what the bank asks for first."""
    asked = {label for point in gathered if point.question for label in point.labels}
    return sorted(gathered, key=lambda p: (kind_of(p.labels[0]), p.labels[0] not in asked))


def _asked_for(gathered: list[Point], members: Numbers) -> int:
    """Count the points, from the first on, of labels that the bank asks for."""
    asked = {label for at in members if gathered[at].question for label in gathered[at].labels}
    count = sum(gathered[at].labels[0] in asked for at in members)
    return min(count, MOST_SOLVED)


def _words(
    gathered: list[Point], readings: list[Reading], space: Space, labels: tuple[str, ...]
) -> sp.csr_matrix:
    """Count in how many texts of each label each word stands, with its marks and without."""
    number = {label: at for at, label in enumerate(labels)}
    at, columns = [], []
    for point, reading in zip(gathered, readings, strict=True):
        here = {space.columns["plain"].get(word.fold) for word in reading.words}
        if reading.accented:
            here |= {space.columns["marked"].get(word.key) for word in reading.words}
        here -= {None}
        for label in point.labels:
            at += [number[label]] * len(here)
            columns += list(here)
    shape = (len(labels), len(space.weights))
    return sp.coo_matrix((np.ones(len(at), np.int32), (at, columns)), shape=shape).tocsr()


def _facets(content: Content, gathered: list[Point], readings: list[Reading]) -> FacetMachine:
    phrases: Phrases = {
        facet: tuple(_folded(words) for words in found)
        for facet, found in content.lexicon.facets.items()
    }
    asked = [
        (reading, point.question.facet)
        for reading, point in zip(readings, gathered, strict=True)
        if point.question and point.labels[0].startswith("procedure:")
    ]
    return learn_facets(
        [reading for reading, _ in asked],
        [facet for _, facet in asked],
        phrases,
        map(_folded, content.lexicon.polite),
        [_folded(words) for words in content.lexicon.going_on],
    )


def _folded(words: str) -> str:
    """Fold a cue of the lexicon; ^ and $ stand for the beginning and the end of a question."""
    return " ".join(
        part if part in "^$" else " ".join(fold(word) for word in tokenise(part))
        for part in words.split()
    )


def _lessons(
    index: Index,
    gathered: list[Point],
    leanings: Scores,
    left_out: list[dict[int, Scores]],
) -> list[Lesson]:
    """See questions of the bank as they would be seen had each of them never been learned."""
    lessons = []
    for kind, known in enumerate(left_out):
        for at, scores in known.items():
            point = gathered[at]
            look = index.look_at(index.reader.read(point.text), {kind: scores}, leanings[at])
            signs = read_signs(index, look, point.labels)
            lessons.append(Lesson(signs, _is_right(index, look, point), point.refused))
    return lessons


def _is_right(index: Index, look: Look, point: Point) -> bool:
    best = index.ranked(look)[0]
    return best in point.labels or any(index.kin(best, label) for label in point.labels)
