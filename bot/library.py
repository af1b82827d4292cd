"""Opens content and search index together; the index comes from a cache that is proved fresh."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

from content.load import load
from content.whole import Content
from handlers.search import cache
from handlers.search.build import build
from handlers.search.index import Index

LOG = logging.getLogger("motcua.library")


@dataclass(frozen=True)
class Library:
    """All content and the index over it."""

    content: Content
    index: Index


def open_library(content_dir: Path, data_dir: Path) -> Library:
    """Load content and index; raises ContentError when the content has mistakes."""
    # A question is too little work to share between processors: waiting would cost more.
    threadpool_limits(1)
    content = load(content_dir)
    mark = cache.fingerprint(content_dir)
    index = cache.read(data_dir / "index", mark)
    if index is None:
        index = _made(content_dir, data_dir / "index", mark, len(content.questions))
    return Library(content, index)


def _made(content_dir: Path, place: Path, mark: str, count: int) -> Index:
    """Build the index in a process of its own: learning needs memory that serving does not."""
    begun = time.perf_counter()
    LOG.info("building the search index, this takes a minute or two", extra={"count": count})
    index = _build_apart(content_dir, place, mark)
    if index is None:  # the data folder cannot be written: nothing is kept
        with tempfile.TemporaryDirectory() as passing:
            index = _build_apart(content_dir, Path(passing), mark)
    if index is None:
        raise OSError(f"the search index can be kept neither in {place} nor in a temporary folder")
    LOG.info("search index built", extra={"ms": round((time.perf_counter() - begun) * 1000)})
    return index


def _build_apart(content_dir: Path, place: Path, mark: str) -> Index | None:
    command = [sys.executable, "-m", "bot.library", str(content_dir), str(place), mark]
    subprocess.run(command, check=True)  # noqa: S603 - this program itself, no shell
    return cache.read(place, mark)


if __name__ == "__main__":
    cache.write(Path(sys.argv[2]), sys.argv[3], build(load(Path(sys.argv[1]))))
