"""Three search engines people would reach for, each over the same words, with its own defaults."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import bm25s
import tantivy

Words = list[str]
Hits = list[tuple[int, float]]
"""Numbers of the texts found with their scores, best first."""


class Engine(Protocol):
    """Texts that can be searched."""

    def search(self, words: Words, most: int) -> Hits:
        """Find the texts with any of the words."""
        ...


class Fts5:
    """SQLite's full-text search, ranked by its bm25."""

    def __init__(self, texts: Sequence[Words], *, accents: bool) -> None:
        self._base = sqlite3.connect(":memory:")
        keep = 0 if accents else 2
        self._base.execute(
            "CREATE VIRTUAL TABLE texts USING "
            f"fts5(words, content='', tokenize='unicode61 remove_diacritics {keep}')"
        )
        rows = ((at, " ".join(words)) for at, words in enumerate(texts))
        self._base.executemany("INSERT INTO texts (rowid, words) VALUES (?, ?)", rows)

    def search(self, words: Words, most: int) -> Hits:
        """Find the texts with any of the words."""
        if not words:
            return []
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
        found = self._base.execute(
            "SELECT rowid, -rank FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?",
            (asked, most),
        )
        return [(int(at), float(score)) for at, score in found]


class Bm25s:
    """The bm25s library."""

    def __init__(self, texts: Sequence[Words], *, accents: bool) -> None:
        del accents
        self._count = len(texts)
        self._index: Any = bm25s.BM25()
        self._index.index([list(words) for words in texts], show_progress=False)

    def search(self, words: Words, most: int) -> Hits:
        """Find the texts with any of the words."""
        known = [word for word in words if word in self._index.vocab_dict]
        if not known:
            return []
        found, scores = self._index.retrieve([known], k=min(most, self._count), show_progress=False)
        hits = zip(found[0].tolist(), scores[0].tolist(), strict=True)
        return [(int(at), float(score)) for at, score in hits if score > 0]


class Tantivy:
    """The tantivy library, the search engine of the Rust world."""

    def __init__(self, texts: Sequence[Words], *, accents: bool) -> None:
        del accents
        made = tantivy.SchemaBuilder()
        made.add_text_field("words", tokenizer_name="whitespace")
        made.add_integer_field("at", stored=True)
        self._schema = made.build()
        index = tantivy.Index(self._schema)
        writer = index.writer()
        for at, words in enumerate(texts):
            writer.add_document(tantivy.Document(words=" ".join(words), at=at))
        writer.commit()
        index.reload()
        self._searcher = index.searcher()

    def search(self, words: Words, most: int) -> Hits:
        """Find the texts with any of the words."""
        terms = [tantivy.Query.term_query(self._schema, "words", word) for word in words]
        asked = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        hits = self._searcher.search(asked, most).hits
        return [(int(self._searcher.doc(at)["at"][0]), float(score)) for score, at in hits]


ENGINES: Mapping[str, Callable[..., Engine]] = {
    "SQLite FTS5": Fts5,
    "bm25s": Bm25s,
    "tantivy": Tantivy,
}
