"""Measures answers on labelled questions, as `questions/README` of the labelled sets defines it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Answers = Callable[[str, str], "Given"]


@dataclass(frozen=True)
class Given:
    """What a system gave for one question."""

    status: str
    refs: tuple[str, ...]
    facet: str | None = None


@dataclass
class Figures:
    """Hits and totals by name; each figure is a share."""

    hits: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    totals: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    misses: list[str] = field(default_factory=list)

    def add(self, name: str, hit: float) -> None:
        """Count one question."""
        self.hits[name] += hit
        self.totals[name] += 1

    def share(self, name: str) -> float:
        """Give a figure as a share (0 where there were no such questions)."""
        return self.hits[name] / self.totals[name] if self.totals[name] else 0.0

    def table(self) -> str:
        """Give all figures as lines."""
        return "\n".join(
            f"{name:28} {100 * self.share(name):6.1f} %  of {self.totals[name]}"
            for name in sorted(self.totals)
        )


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read a labelled set."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def measure(rows: Iterable[Mapping[str, Any]], answers: Answers) -> Figures:
    """Ask every question and count what came back."""
    figures = Figures()
    for row in rows:
        given = answers(row["q"], row.get("before") or "")
        _count(figures, row, given)
    return figures


def _count(figures: Figures, row: Mapping[str, Any], given: Given) -> None:
    wanted = set(row["expect"])
    first = given.refs[0] if given.refs else ""
    miss = (
        f"{row['id']} [{row['style']}/{row['type']}] {row['q']} -> {given.status} {given.refs[:3]}"
    )
    miss += f" {given.facet or ''}, wanted {sorted(wanted)} {row.get('facet') or ''}"
    if not wanted:
        refused = given.status == "refused"
        figures.add("refused", refused)
        figures.add(f"refused {row['style']}", refused)
        if not refused:
            figures.misses.append(miss)
        return
    figures.add("wrongly refused", given.status == "refused")
    figures.add("wrong answer", given.status == "answered" and first not in wanted)
    figures.add("answered outright", given.status == "answered")
    if row["type"] == "list":
        exact = _f1(set(given.refs), wanted)
        figures.add("list F1", exact)
        if exact < 1:
            figures.misses.append(f"{exact:.2f} {miss}")
        return
    hit = given.status != "refused" and first in wanted
    group = "follow-up" if row.get("before") else next(iter(wanted)).partition(":")[0]
    if group != "follow-up":
        figures.add("first right", hit)
        figures.add(f"first right {row['style']}", hit)
        figures.add("among three", given.status != "refused" and bool(wanted & set(given.refs[:3])))
    figures.add(f"first right ({group})", hit)
    if row.get("facet"):
        right_facet = given.facet == row["facet"]
        figures.add("facet", right_facet)
        hit = hit and right_facet
    if not hit or (given.status == "answered" and first not in wanted):
        figures.misses.append(miss)


def _f1(got: set[str], wanted: set[str]) -> float:
    common = len(got & wanted)
    return 2 * common / (len(got) + len(wanted)) if common else 0.0
