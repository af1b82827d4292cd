"""Part D: time and memory with more and more procedures, each size in processes of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from content.whole import HERE, Content
from tests.bench.asking import Row, bank_row
from tests.bench.demo import ROOT, Started
from tests.bench.tables import NONE, note, number, table

ASKED = 400
"""Questions asked at each size: the labelled ones first, then some of the bank."""
LINES: Mapping[str, tuple[str, int]] = {
    "build": ("build the index, s", 1),
    "build peak": ("peak memory of the process that builds, MB", 0),
    "cache": ("index on disk, MB", 1),
    "open": ("open: content from YAML files, index from the cache, s", 2),
    "index alone": ("of it the index, s", 2),
    "memory": ("memory of the process that serves, MB", 0),
    "peak": ("its peak memory, MB", 0),
    "p50": ("one question, p50, ms", 2),
    "p99": ("one question, p99, ms", 2),
}
Measured = Mapping[str, float | None]


def report(
    content: Content, started: Started, data: Path, rows: Sequence[Row], sizes: Sequence[int]
) -> str:
    """Measure every size; the real content's index is the one the demo just built in `data`."""
    work = data.parent
    questions = work / "questions.jsonl"
    questions.write_text(
        "".join(json.dumps(row) + "\n" for row in _asked(content, rows)), encoding="utf-8"
    )
    note(f"speed: {len(content.procedures)} procedures")
    real = {"build": started.building, "build peak": started.peak}
    measured: dict[int, Measured] = {
        len(content.procedures): {**real, **_worker("serve", HERE, data, questions)}
    }
    for size in sizes:
        place = work / str(size)
        place.mkdir()
        note(f"speed: {size:,} procedures, building")
        made = _worker("make", size, place)
        note(f"speed: {size:,} procedures, answering")
        measured[size] = {**made, **_worker("serve", place / "content", place, questions)}
    return _tables(measured)


def start_table(fresh: Started, again: Started) -> str:
    """Draw how long a start takes, with and without an index in the cache."""
    lines = [
        ["fresh cache", number(fresh.seconds), number(fresh.building), number(fresh.peak, 0)],
        ["second start", number(again.seconds), number(again.building), number(again.peak, 0)],
    ]
    head = ["python -m bot demo", "first answer over HTTP, s", "of it building, s", "peak, MB"]
    return table("D. From start to the first answer", head, lines)


def _asked(content: Content, rows: Sequence[Row]) -> list[Row]:
    """Choose the questions: of each source evenly, the same for every size."""
    bank = [bank_row(content, line, question) for line, question in content.numbered]
    half = list(rows[:: max(len(rows) * 2 // ASKED, 1)])[: ASKED // 2]
    rest = ASKED - len(half)
    return half + bank[:: max(len(bank) // rest, 1)][:rest]


def _worker(*told: object) -> dict[str, float | None]:
    """Run a step in a process of its own, so that its memory is its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.bench.worker", *map(str, told)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float | None] = json.loads(ended.stdout)
    return found


def _tables(measured: Mapping[int, Measured]) -> str:
    first, *others = measured
    head = ["with so many procedures", f"{first:,}"]
    for size in others:
        head += [f"{size:,}", f"to {first:,}"]
    lines = []
    for name, (words, digits) in LINES.items():
        base = measured[first].get(name)
        line = [words, number(base, digits)]
        for size in others:
            value = measured[size].get(name)
            line += [number(value, digits), f"x {value / base:.1f}" if value and base else NONE]
        lines.append(line)
    legend = (
        "More than the real procedures are made by varying these (name and aliases with an object\n"
        "and a place, same facts) and written as files; the bank stays as it is. The builder gets\n"
        "the made ones from memory, that of the real ones is the demo's (its load included); the\n"
        "process that serves opens files and cache. A question is found and put into words;\n"
        f"{ASKED} questions, one after another."
    )
    return f"{table('D. Time and memory by size', head, lines)}\n{legend}"
