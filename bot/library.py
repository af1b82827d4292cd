"""Opens content and search index together; the index comes from a cache that is proved fresh."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path

from content.load import Content, load
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
    content = load(content_dir)
    mark = cache.fingerprint(content_dir)
    place = data_dir / "index"
    index = cache.read(place, mark)
    if index is None:
        begun = time.perf_counter()
        index = build(content)
        cache.write(place, mark, index)
        took = round((time.perf_counter() - begun) * 1000)
        LOG.info("search index built", extra={"ms": took, "count": len(content.questions)})
    return Library(content, index)
