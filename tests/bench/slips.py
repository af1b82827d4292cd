"""Part B: how much each way of typing worse costs, on questions that were typed well."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.library import Library
from tests.bench.asking import Row, asked_for_one, bot, first_right, wrong_answer
from tests.bench.tables import NONE, note, percent, points, table
from tests.disturb import DISTURBANCES, disturb
from tests.measure import Given

CLEAN = ("formal", "everyday", "short")
"""Styles of questions that carry their accents."""


def report(library: Library, rows: Sequence[Row]) -> str:
    """Ask the clean questions again in fourteen worse ways; gives the table."""
    clean = [row for row in asked_for_one(rows) if row["style"] in CLEAN]
    ask = bot(library)
    note(f"slips: {len(clean)} clean questions")
    straight = [ask(row["q"], "") for row in clean]
    lines = [_line("undisturbed", clean, straight, straight)]
    for name in DISTURBANCES:
        note(f"slips: {name}")
        typed = [disturb(name, row["q"]) for row in clean]
        changed = [at for at, row in enumerate(clean) if typed[at] != _composed(row["q"])]
        given = [ask(typed[at], "") for at in changed]
        lines.append(
            _line(name, [clean[at] for at in changed], [straight[at] for at in changed], given)
        )
    head = ["typed", "changed", "first right", "undisturbed", "difference", "wrong answer"]
    return table("B. Typing disturbed, each figure over the questions it changes", head, lines)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _line(
    name: str, rows: Sequence[Row], straight: Sequence[Given], given: Sequence[Given]
) -> list[str]:
    if not rows:
        return [name, "0", NONE, NONE, NONE, NONE]
    before = sum(map(first_right, rows, straight)) / len(rows)
    after = sum(map(first_right, rows, given)) / len(rows)
    wrong = sum(map(wrong_answer, rows, given)) / len(rows)
    shares = [percent(after), percent(before), points(after - before), percent(wrong)]
    return [name, str(len(rows)), *shares]
