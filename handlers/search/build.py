"""Builds the index from content: reads every point, trains the machine, sets the judge's lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from content.load import Content
from content.model import FACETS
from handlers.search.classify import Scores, make_machine, train
from handlers.search.facet import FacetCues
from handlers.search.features import learn_space, views
from handlers.search.index import Index, Look, read_signs
from handlers.search.judge import Judge, Lesson, learn_judge
from handlers.search.points import Point, points
from handlers.search.reading import Reading, make_reader, tokenise
from handlers.search.syllable import fold

MOST_SOLVED = 14_000
"""Points one solve takes (its memory grows with the square); the rest speak by likeness alone."""


def build(content: Content) -> Index:
    """Make the index. Takes seconds; `cache` keeps the result."""
    gathered = points(content)
    labels = tuple(sorted({label for point in gathered for label in point.labels}))
    number = {label: at for at, label in enumerate(labels)}
    reader = make_reader(content.lexicon, (p.text for p in gathered))
    readings = [reader.read(point.text) for point in gathered]
    found = [views(reading) for reading in readings]
    space = learn_space(found)
    rows = space.matrix(found)
    solved = min(len(gathered), MOST_SOLVED)
    duals, left_out = train(rows[:solved], _targets(gathered[:solved], number))
    owners = np.array([number[point.labels[0]] for point in gathered], np.int64)
    units = {
        named.ref: tuple(f"plan:{unit}" for unit in named.units) for named in content.lists.values()
    }
    machine = make_machine(rows, duals, owners, len(labels))
    draft = Index(reader, space, machine, labels, units, _cues(content), UNJUDGED)
    looks = _looks(draft, readings, left_out)
    lessons = [
        Lesson(read_signs(draft, look), _is_right(draft, look, point), point.refused)
        for look, point in zip(looks, gathered, strict=False)
        if point.question
    ]
    return replace(draft, judge=learn_judge(lessons))


UNJUDGED = Judge((), (), 1.0, 1.0)


def _targets(gathered: list[Point], number: dict[str, int]) -> Scores:
    """Give what each point should score: 1 for its labels and, in the last columns, its fact."""
    targets = np.zeros((len(gathered), len(number) + len(FACETS) + 1), np.float32)
    for row, point in enumerate(gathered):
        for label in point.labels:
            targets[row, number[label]] = 1.0
        if point.question and point.labels[0].startswith("procedure:"):
            facet = point.question.facet
            targets[row, len(number) + (FACETS.index(facet) if facet else len(FACETS))] = 1.0
    return targets


def _cues(content: Content) -> FacetCues:
    return FacetCues(
        {
            facet: tuple(" ".join(fold(part) for part in tokenise(words)) for words in phrases)
            for facet, phrases in content.lexicon.facets.items()
        }
    )


def _looks(index: Index, readings: list[Reading], left_out: Scores) -> list[Look]:
    """Give each bank question as it would be seen by a machine that never learned it."""
    count = len(index.labels)
    return [
        Look(reading, scores[:count], scores[count:], 1)
        for reading, scores in zip(readings, left_out, strict=False)
    ]


def _is_right(index: Index, look: Look, point: Point) -> bool:
    best = index.ranked(look)[0]
    return best in point.labels or any(index.kin(best, label) for label in point.labels)
