"""Keeps the built index on disk, with a fingerprint of all it was made from."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from handlers.search.classify import Block
from handlers.search.facet import FacetMachine
from handlers.search.features import Space
from handlers.search.index import Index
from handlers.search.judge import Judge
from handlers.search.kinds import KINDS, KindMachine
from handlers.search.reading import Reader
from handlers.search.spelling import make_speller

CODE = Path(__file__).parent


UNREAD = ("reports.yaml", "feedback.yaml", "topics.yaml", "cases.jsonl", "intents.jsonl")
"""Content the search does not read: a new due date needs no new index."""


def fingerprint(folder: Path) -> str:
    """Digest every content file and the code that reads them: any change makes another mark."""
    digest = hashlib.sha256(np.__version__.encode())
    code = CODE.rglob("*.py")
    words = (
        path
        for path in folder.rglob("*")
        if path.suffix in (".yaml", ".jsonl") and path.name not in UNREAD
    )
    for path in [*sorted(code), *sorted(words)]:
        digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def read(place: Path, mark: str) -> Index | None:
    """Read the index if it was made from exactly what `mark` stands for, else give None."""
    try:
        words = json.loads((place / f"{mark}.json").read_text(encoding="utf-8"))
        with np.load(place / f"{mark}.npz", allow_pickle=False) as arrays:
            return _unpack(words, dict(arrays))
    # Whatever is wrong with a cache, the answer is the same: make it again.
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None


def write(place: Path, mark: str, index: Index) -> None:
    """Write the index and drop older ones; a folder that cannot be written costs only time."""
    words, arrays = _pack(index)
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place) as draft:
            np.savez(Path(draft) / "arrays.npz", **arrays)
            (Path(draft) / "words.json").write_text(json.dumps(words), encoding="utf-8")
            (Path(draft) / "arrays.npz").replace(place / f"{mark}.npz")
            (Path(draft) / "words.json").replace(place / f"{mark}.json")
        for old in place.glob("*.*"):
            if old.stem != mark and old.is_file():
                old.unlink(missing_ok=True)
    except OSError:
        return


def _pack(index: Index) -> tuple[dict[str, Any], dict[str, Any]]:
    reader, facets = index.reader, index.facets
    words = {
        "labels": index.labels,
        "units": dict(index.units),
        "columns": {view: list(found) for view, found in index.space.columns.items()},
        "facets": {
            "phrases": dict(facets.phrases),
            "quiet": sorted(facets.quiet),
            "openings": facets.openings,
            "numbers": dict(facets.numbers),
        },
        "judge": asdict(index.judge),
        "reader": {
            "singles": dict(reader.singles),
            "regional": [[list(k), v] for k, v in reader.regional.items()],
            "phrases": dict(reader.phrases),
            "english": [[list(k), v] for k, v in reader.english.items()],
            "small_english": sorted(reader.small_english),
            "known": dict(reader.known),
            "speller": {
                "used": dict(reader.speller.used),
                "follows": dict(reader.speller.follows),
                "forms": dict(reader.speller.forms),
            },
            "pairs": dict(reader.pairs),
        },
    }
    arrays = {
        "space": index.space.weights,
        "unknown": np.float64(index.space.unknown),
        **_arrays(index.points, "point"),
        **_arrays(index.words, "word"),
        "label_kinds": index.label_kinds,
        "owners": index.owners,
        "kind_weights": index.kinds.weights,
        "kind_constants": index.kinds.constants,
        "facet_rarity": facets.rarity,
        "facet_weights": facets.weights,
        "facet_constants": facets.constants,
    }
    for at, block in enumerate(index.blocks):
        arrays |= {
            f"begin{at}": np.int64(block.begin),
            f"duals{at}": block.duals,
            f"loose{at}": block.loose,
            f"labels{at}": block.labels,
        }
    return words, arrays


def _unpack(words: dict[str, Any], arrays: dict[str, Any]) -> Index:
    facets, judge = words["facets"], words["judge"]
    return Index(
        reader=_reader(words["reader"]),
        space=Space(
            _columns(words["columns"]),
            arrays["space"],
            float(arrays["unknown"]),
        ),
        points=_matrix(arrays, "point"),
        blocks=tuple(_block(arrays, at) for at in range(len(KINDS))),
        kinds=KindMachine(arrays["kind_weights"], arrays["kind_constants"]),
        label_kinds=arrays["label_kinds"],
        owners=arrays["owners"],
        labels=tuple(words["labels"]),
        units={ref: tuple(units) for ref, units in words["units"].items()},
        words=_matrix(arrays, "word"),
        facets=FacetMachine(
            {facet: tuple(found) for facet, found in facets["phrases"].items()},
            frozenset(facets["quiet"]),
            tuple(facets["openings"]),
            facets["numbers"],
            arrays["facet_rarity"],
            arrays["facet_weights"],
            arrays["facet_constants"],
        ),
        judge=Judge(
            tuple(judge["right"]), tuple(judge["out"]), judge["answer_at"], judge["refuse_at"]
        ),
    )


def _arrays(matrix: sp.csr_matrix, name: str) -> dict[str, Any]:
    return {
        f"{name}_data": matrix.data,
        f"{name}_indices": matrix.indices.astype(np.int32),
        f"{name}_indptr": matrix.indptr.astype(np.int32),
        f"{name}_shape": np.array(matrix.shape),
    }


def _matrix(arrays: dict[str, Any], name: str) -> sp.csr_matrix:
    parts = (arrays[f"{name}_data"], arrays[f"{name}_indices"], arrays[f"{name}_indptr"])
    return sp.csr_matrix(parts, shape=tuple(arrays[f"{name}_shape"]))


def _columns(told: dict[str, list[str]]) -> dict[str, dict[str, int]]:
    """Number the features of all views in the order they were written."""
    columns: dict[str, dict[str, int]] = {}
    begin = 0
    for view, found in told.items():
        columns[view] = {feature: begin + at for at, feature in enumerate(found)}
        begin += len(found)
    return columns


def _block(arrays: dict[str, Any], at: int) -> Block:
    return Block(
        int(arrays[f"begin{at}"]),
        arrays[f"duals{at}"],
        arrays[f"loose{at}"],
        arrays[f"labels{at}"],
    )


def _reader(told: dict[str, Any]) -> Reader:
    return Reader(
        singles=told["singles"],
        regional={tuple(key): value for key, value in told["regional"]},
        phrases={
            first: tuple((tuple(split), plain, concept) for split, plain, concept in found)
            for first, found in told["phrases"].items()
        },
        english={tuple(key): value for key, value in told["english"]},
        small_english=frozenset(told["small_english"]),
        known=told["known"],
        speller=make_speller(**told["speller"]),
        pairs={second: tuple(firsts) for second, firsts in told["pairs"].items()},
    )
