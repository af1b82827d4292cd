"""Plain text tables, and the lines on standard error that say how far the bench is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence

_BEGUN = time.perf_counter()
NONE = "–"


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Draw a table: the first column to the left, the others to the right."""
    lines = [head, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    drawn = [_line(line, widths) for line in lines]
    rule = "-" * len(drawn[0])
    return "\n".join([title, rule, drawn[0], rule, *drawn[1:], rule])


def percent(share: float | None) -> str:
    """Write a share as a percentage, a dash where there is none."""
    return NONE if share is None else f"{100 * share:.1f} %"


def points(difference: float) -> str:
    """Write a difference of two shares in percentage points."""
    return f"{100 * difference:+.1f}"


def number(value: float | None, digits: int = 1) -> str:
    """Write a measured number, a dash where there is none."""
    return NONE if value is None else f"{value:,.{digits}f}"


def note(text: str) -> None:
    """Tell on standard error what is being done."""
    print(f"[{time.perf_counter() - _BEGUN:6.1f} s] {text}", file=sys.stderr, flush=True)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.rjust(width) if at else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "   ".join([first, *others])
