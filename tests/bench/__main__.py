"""`make bench`: measures everything on this machine in one run and prints plain text tables."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.library import Library, open_library
from content.whole import HERE
from tests.bench import (
    announcing,
    demo,
    figures,
    leave_out,
    many_cases,
    pairs,
    slips,
    speed,
    telegram,
    ticks,
)
from tests.bench.tables import note
from tests.measure import read_rows

DATA = Path(__file__).parents[1] / "data"


def main() -> None:
    """Run the parts asked for, in order, and print each table as soon as it is there."""
    told = _arguments()
    busy = f"{os.getloadavg()[0]:.1f} processes wanted to run when this began"
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(f"Times are of this machine as it was: {busy}.")
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as work:
        for part in _parts(told, Path(work)):
            print(f"\n{part}", flush=True)
    note("done")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--set", type=Path, default=DATA / "kept_apart.jsonl", help="labelled set")
    parser.add_argument("--tune", type=Path, help="labelled set the other engines are tuned on")
    parser.add_argument("--pairs", type=Path, default=DATA / "pairs.jsonl", help="minimal pairs")
    parser.add_argument("--leave-out", action="store_true", help="five builds more: minutes")
    parser.add_argument("--only", default="ABCDEFGH", help="parts to run, such as AB")
    parser.add_argument("--sizes", default="1000,10000", help="procedures, besides the real ones")
    parser.add_argument("--data", type=Path, help="data folder with an index, for parts A, B, C")
    return parser.parse_args()


def _parts(told: argparse.Namespace, work: Path) -> Iterator[str]:
    rows = read_rows(told.set)
    data = work / "fresh"
    if "D" in told.only:
        note("demo: start with a fresh cache")
        fresh = demo.start(data)
        yield speed.start_table(fresh, demo.start(data))
    note("opening the library")
    library = open_library(HERE, told.data or data)
    if "A" in told.only:
        yield figures.report(library, rows, read_rows(told.tune) if told.tune else [])
    if told.leave_out:
        yield leave_out.report(library.content)
    if "B" in told.only:
        yield slips.report(library, rows)
    if "C" in told.only and told.pairs.exists():
        yield pairs.report(library, read_rows(told.pairs))
    if "D" in told.only:
        sizes = [int(size) for size in told.sizes.split(",") if size]
        yield speed.report(library.content, fresh, data, rows, sizes)
    yield from _running(told, library, data)


def _running(told: argparse.Namespace, library: Library, data: Path) -> Iterator[str]:
    """Measure what runs, beside what answers."""
    parts: dict[str, Callable[[], str]] = {
        "E": lambda: telegram.report(told.data or data),
        "F": lambda: ticks.report(library.content),
        "G": lambda: many_cases.report(library.content),
        "H": lambda: announcing.report(library),
    }
    for name, measure in parts.items():
        if name in told.only:
            yield measure()


if __name__ == "__main__":
    main()
