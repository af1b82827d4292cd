"""Runs many seeds on all processors: `python -m tests.years --seeds 200 --years 10`."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial

from content.load import load
from content.whole import HERE, Content
from tests.years.history import run
from tests.years.record import Report
from tests.years.world import BODIES

FIRST_YEAR = 2026


def one(seed: int, years: int, bodies: int) -> Report:
    """Run one seed, in a process of its own."""
    logging.getLogger("motcua.reminding").disabled = True  # gaps are made on purpose
    return run(_content(), seed, FIRST_YEAR, years, bodies)


@cache
def _content() -> Content:
    return load(HERE)


def main() -> None:
    """Run, and print what happened; exits 1 where anything went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--bodies", type=int, default=BODIES)
    parser.add_argument("--first", type=int, default=0)
    told = parser.parse_args()
    begun = time.perf_counter()
    total, wrong = Counter[str](), list[str]()
    seeds = range(told.first, told.first + told.seeds)
    with ProcessPoolExecutor() as pool:
        work = partial(one, years=told.years, bodies=told.bodies)
        for seed, found in zip(seeds, pool.map(work, seeds), strict=True):
            total += found.counts
            wrong += [f"seed {seed}: {line}" for line in found.wrong]
            sys.stderr.write(f"\r{seed + 1 - told.first} of {told.seeds}, {len(wrong)} wrong")
    minutes = (time.perf_counter() - begun) / 60
    lines = [f"{name:20} {count:>10,}" for name, count in sorted(total.items())]
    sys.stdout.write("\n".join([*lines, *wrong[:40], f"{len(wrong)} wrong, {minutes:.1f} min\n"]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
