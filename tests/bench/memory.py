"""How much memory a process holds now and held at most, as the system counts it."""

from __future__ import annotations

import re
import resource
import threading
from pathlib import Path
from typing import Self

_MB = 1024


def peak_mb(process: int | str = "self") -> float | None:
    """Give the most memory a process ever held.

    `resource` is asked only where there is no /proc: a child inherits its parent's figure there.
    """
    found = _status(process, "VmHWM")
    if found is None and process == "self":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB
    return found


class Watch:
    """Looks at a process and those it starts, and keeps the most memory one of them held."""

    def __init__(self, process: int) -> None:
        self.peak: float | None = None
        self._process = process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        over = False
        while not over:
            over = self._over.wait(0.1)
            peaks = [self.peak, *map(peak_mb, (self._process, *_children(self._process)))]
            self.peak = max((peak for peak in peaks if peak), default=None)


def _children(process: int) -> list[int]:
    place = Path(f"/proc/{process}/task/{process}/children")
    try:
        return [int(child) for child in place.read_text(encoding="ascii").split()]
    except OSError:
        return []


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
