"""How much memory a process holds now and held at most, as the system counts it."""

from __future__ import annotations

import re
import resource
from pathlib import Path

_MB = 1024


def peak_mb(process: int | str = "self") -> float | None:
    """Give the most memory a process ever held.

    `resource` is asked only where there is no /proc: a child inherits its parent's figure there.
    """
    found = _status(process, "VmHWM")
    if found is None and process == "self":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB
    return found


def family_peak_mb(process: int) -> float | None:
    """Give the most memory that a process, or one that it has started and still waits for, held."""
    children = Path(f"/proc/{process}/task/{process}/children")
    try:
        family = [process, *map(int, children.read_text(encoding="ascii").split())]
    except OSError:
        family = [process]
    return max((peak for peak in map(peak_mb, family) if peak), default=None)


def now_mb(process: int | str = "self") -> float | None:
    """Give the memory a process holds now."""
    return _status(process, "VmRSS")


def _status(process: int | str, name: str) -> float | None:
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / _MB if found else None
