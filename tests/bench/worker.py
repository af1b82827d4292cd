"""One process of part D: builds an index of some size, or loads one and answers questions."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from pathlib import Path
from typing import Any

from bot.library import open_library
from content.load import load
from handlers.context import ZONE
from handlers.search import cache
from handlers.search.build import build
from tests.bench import larger
from tests.bench.asking import answer_in_words
from tests.bench.memory import now_mb, peak_mb
from tests.measure import read_rows

WARM_UP = 40
"""Questions asked before the clock counts."""


def make(size: int, place: Path) -> dict[str, float | None]:
    """Make content of `size` procedures, as files, and its index, as a cache that fits them."""
    content = larger.grow(load(), size)
    folder = place / "content"
    larger.write(content, folder)
    begun = time.perf_counter()
    index = build(content)
    built = time.perf_counter() - begun
    cache.write(place / "index", cache.fingerprint(folder), index)
    return {"build": built, "build peak": peak_mb()}


def serve(folder: Path, place: Path, questions: Path) -> dict[str, float | None]:
    """Open the library from files and cache, then answer the questions one by one."""
    rows = read_rows(questions)
    mark = cache.fingerprint(folder)
    if not (place / "index" / f"{mark}.npz").exists():
        raise SystemExit(f"{place} has no index for {folder}: has a file changed meanwhile?")
    begun = time.perf_counter()
    library = open_library(folder, place)
    opened = time.perf_counter() - begun
    answer = answer_in_words(library, dt.datetime.now(ZONE).date())
    for row in rows[:WARM_UP]:
        answer(row)
    took = []
    for row in rows:
        at = time.perf_counter()
        answer(row)
        took.append(1000 * (time.perf_counter() - at))
    took.sort()
    memory, peak = now_mb(), peak_mb()
    begun = time.perf_counter()
    cache.read(place / "index", mark)
    return {
        "open": opened,
        "index alone": time.perf_counter() - begun,
        "p50": took[len(took) // 2],
        "p99": took[int(len(took) * 0.99)],
        "memory": memory,
        "peak": peak,
        "cache": sum(path.stat().st_size for path in (place / "index").glob("*.*")) / 2**20,
    }


def main() -> None:
    """Do what the arguments say and print what was measured as one line of JSON."""
    done: dict[str, Any]
    match sys.argv[1:]:
        case ["make", size, place]:
            done = make(int(size), Path(place))
        case ["serve", folder, place, questions]:
            done = serve(Path(folder), Path(place), Path(questions))
        case other:
            raise SystemExit(f"not for people to call: {other}")
    print(json.dumps(done))


if __name__ == "__main__":
    main()
