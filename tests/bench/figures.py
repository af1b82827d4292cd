"""Part A: how often the bot is right on labelled questions, beside three search engines."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.library import Library
from tests.bench import baselines
from tests.bench.asking import Row, bot
from tests.bench.corpus import tokenise
from tests.bench.engines import ENGINES
from tests.bench.tables import NONE, note, number, percent, table
from tests.measure import Answers, Figures, Given, measure

SHOWN = {
    "first right": "first right",
    "among three": "among three",
    "wrong answer": "wrong answer",
    "refused": "refused what must be refused",
    "wrongly refused": "wrongly refused",
    "list F1": "list F1",
    "facet": "facet",
    "first right (follow-up)": "follow-ups, first right",
}
"""Figures of `measure` that are printed, with the words for them."""


@dataclass(frozen=True)
class Measured:
    """A system, what it got right, and how long a question took it at the median."""

    name: str
    figures: Figures
    ms: float
    facets: bool = False


def report(library: Library, rows: Sequence[Row], tune: Sequence[Row]) -> str:
    """Measure the bot and the engines on the same questions; gives the tables."""
    note(f"figures: the bot on {len(rows)} questions")
    systems = [_measured("bot", bot(library), rows, facets=True)]
    setups = []
    for name in ENGINES:
        rank, setup = baselines.tuned(name, library.content, tune)
        systems.append(_measured(name, baselines.answers(library.content, rank, setup), rows))
        setups.append(f"{name}: {setup}.")
    tuning = "the set given" if tune else f"every {baselines.HELD_OUT}th question of the bank"
    legend = [
        "The other engines index the same titles, aliases, texts and bank questions and give their",
        "best three; a list that comes first is given whole; a follow-up is asked together with",
        "the question before it. BM25 has its default parameters; the rest was set on",
        f"{tuning}:",
        *setups,
    ]
    known = {_letters(question.q) for question in library.content.questions}
    same = sum(_letters(row["q"]) in known for row in rows)
    warning = f"{same} of these {len(rows)} questions stand in the bank too, marks and signs aside."
    return "\n\n".join([_figures(systems), warning, "\n".join(legend), _styles(systems)])


def _letters(question: str) -> str:
    """Give what stays of a question when marks, signs and capitals are not looked at."""
    return " ".join(tokenise(question, accents=False))


def _measured(
    name: str, answers: Answers, rows: Sequence[Row], *, facets: bool = False
) -> Measured:
    took: list[float] = []

    def timed(question: str, before: str) -> Given:
        begun = time.perf_counter()
        given = answers(question, before)
        took.append(time.perf_counter() - begun)
        return given

    return Measured(name, measure(rows, timed), 1000 * median(took), facets)


def _figures(systems: Sequence[Measured]) -> str:
    lines = []
    for figure, words in SHOWN.items():
        asked = systems[0].figures.totals[figure]
        shares = [percent(_share(system, figure)) for system in systems]
        lines.append([words, str(asked), *shares])
    lines.append(["ms for a question (median)", "", *(number(system.ms, 2) for system in systems)])
    head = ["figure", "questions", *(system.name for system in systems)]
    return table("A. Figures on labelled questions", head, lines)


def _share(system: Measured, figure: str) -> float | None:
    """Give a figure; the engines know no facets, and no share is made of no questions."""
    if (figure == "facet" and not system.facets) or not system.figures.totals[figure]:
        return None
    return system.figures.share(figure)


def _styles(systems: Sequence[Measured]) -> str:
    begins = ("first right ", "refused ")
    names = sorted(
        name for name in systems[0].figures.totals if name.startswith(begins) and "(" not in name
    )
    lines = [
        [name, str(systems[0].figures.totals[name] or NONE)]
        + [percent(system.figures.share(name)) for system in systems]
        for name in names
    ]
    head = ["by style", "questions", *(system.name for system in systems)]
    return table("A. The same by style of typing", head, lines)
