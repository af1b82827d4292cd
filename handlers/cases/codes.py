"""Codes of cases: twelve figures, the last of which shows every slip of one figure or swap of two.

The check figure is that of H. Michael Damm (2004): his table has no two rows and columns in which
one wrong figure, or two neighbours swapped, would go unseen.
"""

from __future__ import annotations

import re
import secrets
from itertools import accumulate

DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
LENGTH = 12
GROUP = 4
_FILL = re.compile(r"[\s.\-–]+")


def new_code() -> str:
    """Make a code nobody can guess."""
    told = "".join(secrets.choice("0123456789") for _ in range(LENGTH - 1))
    return told + check(told)


def check(figures: str) -> str:
    """Give the check figure of some figures."""
    *_, last = accumulate(map(int, figures), lambda row, figure: DAMM[row][figure], initial=0)
    return str(last)


def is_code(figures: str) -> bool:
    """Tell whether these are the figures of a code, check figure and all."""
    plain = figures.isascii() and figures.isdecimal() and len(figures) == LENGTH
    return plain and check(figures[:-1]) == figures[-1]


def read_code(text: str) -> str | None:
    """Read a code as people type it, with spaces or dashes; None where it is none."""
    figures = _FILL.sub("", text)
    return figures if is_code(figures) else None


def shown(code: str) -> str:
    """Write a code in groups, to be read aloud."""
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
