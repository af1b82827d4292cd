"""Part C: pairs of questions that differ by a mark or a letter and mean different things."""

from __future__ import annotations

from collections.abc import Sequence

from bot.library import Library
from tests.bench.asking import Row, bot, first_right
from tests.bench.tables import note, percent, table
from tests.measure import Given


def report(library: Library, rows: Sequence[Row]) -> str:
    """Ask both of every pair; gives the table."""
    note(f"pairs: {len(rows)} questions")
    ask = bot(library)
    twins: dict[str, list[Row]] = {}
    for row in rows:
        twins.setdefault(_pair(row), []).append(row)
    right = {row["id"]: _right(row, twins[_pair(row)], ask(row["q"], "")) for row in rows}
    meant = [right[row["id"]] for row in rows if row["expect"]]
    other = [right[row["id"]] for row in rows if not row["expect"]]
    both = [all(right[row["id"]] for row in pair) for pair in twins.values()]
    lines = [
        _line("questions right", list(right.values())),
        _line("meant: its entry comes first", meant),
        _line("not meant: the twin's entry is not answered", other),
        _line("pairs with both right", both),
    ]
    return table("C. Minimal pairs", ["figure", "of", "bot"], lines)


def _pair(row: Row) -> str:
    """Name the pair: ids differ by their last letter."""
    return str(row["id"])[:-1]


def _right(row: Row, pair: Sequence[Row], given: Given) -> bool:
    if row["expect"]:
        return first_right(row, given)
    taken = {ref for twin in pair for ref in twin["expect"]}
    return not (given.status == "answered" and given.refs[0] in taken)


def _line(words: str, hits: Sequence[bool]) -> list[str]:
    return [words, str(len(hits)), percent(sum(hits) / len(hits) if hits else None)]
