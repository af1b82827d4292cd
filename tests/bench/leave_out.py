"""Part A, with `--leave-out`: questions of the bank, asked of an index that never saw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.library import Library
from content.whole import Content
from handlers.search.build import build
from handlers.search.follow import find
from tests.bench.asking import Row, bank_row
from tests.bench.figures import SHOWN
from tests.bench.tables import note, percent, table
from tests.measure import Figures, Given, measure

FOLDS = 5
BEST = "best entry right"


def report(content: Content) -> str:
    """Build five times with a fifth of the bank left out; gives the table over all questions."""
    figures = Figures()
    for fold in range(FOLDS):
        asked = content.numbered[fold::FOLDS]
        known = tuple(q for at, q in enumerate(content.numbered) if at % FOLDS != fold)
        note(f"leave-out: building {fold + 1} of {FOLDS}, {len(asked)} questions left out")
        part = replace(content, numbered=known)
        rows = [bank_row(content, line, question) for line, question in asked]
        _ask(Library(part, build(part)), rows, figures)
    shown = {BEST: "best entry right (offered beside a refusal counts)", **SHOWN}
    lines = [
        [words, str(figures.totals[name]), percent(figures.share(name))]
        for name, words in shown.items()
        if figures.totals[name]
    ]
    title = f"A. Questions of the bank, each left out of the learning ({FOLDS} folds)"
    return table(title, ["figure", "questions", "bot"], lines)


def _ask(library: Library, rows: Sequence[Row], figures: Figures) -> None:
    best: list[str] = []

    def answer(question: str, before: str) -> Given:
        found = find(library.index, question, before)
        best.extend((*found.refs, *found.near, "")[:1])
        return Given(found.status, found.refs, found.facet)

    measured = measure(rows, answer)
    for row, first in zip(rows, best, strict=True):
        if row["expect"]:
            measured.add(BEST, first in row["expect"])
    for name in measured.totals:
        figures.hits[name] += measured.hits[name]
        figures.totals[name] += measured.totals[name]
