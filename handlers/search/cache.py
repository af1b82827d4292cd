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

from handlers.search.classify import Machine
from handlers.search.facet import FacetCues
from handlers.search.features import Space
from handlers.search.index import Index
from handlers.search.judge import Judge
from handlers.search.reading import Reader

CODE = Path(__file__).parent


def fingerprint(folder: Path) -> str:
    """Digest every content file and the code that reads them: any change makes another mark."""
    digest = hashlib.sha256(np.__version__.encode())
    code = CODE.rglob("*.py")
    words = (path for path in folder.rglob("*") if path.suffix in (".yaml", ".jsonl"))
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
    reader, machine = index.reader, index.machine
    words = {
        "labels": index.labels,
        "units": dict(index.units),
        "columns": [[view, feature] for view, feature in index.space.columns],
        "cues": dict(index.cues.phrases),
        "judge": asdict(index.judge),
        "reader": {
            "singles": dict(reader.singles),
            "regional": [[list(k), v] for k, v in reader.regional.items()],
            "phrases": dict(reader.phrases),
            "english": [[list(k), v] for k, v in reader.english.items()],
            "small_english": sorted(reader.small_english),
            "known": dict(reader.known),
            "keys": sorted(reader.keys),
            "pairs": dict(reader.pairs),
        },
    }
    points = machine.points
    arrays = {
        "weights": index.space.weights,
        "data": points.data.astype(np.float32),
        "indices": points.indices.astype(np.int32),
        "indptr": points.indptr.astype(np.int32),
        "shape": np.array(points.shape),
        "duals": machine.duals,
        "owners": machine.owners,
        "order": machine.order,
        "starts": machine.starts,
    }
    return words, arrays


def _unpack(words: dict[str, Any], arrays: dict[str, Any]) -> Index:
    told = words["reader"]
    phrases = {
        first: tuple((tuple(split), plain, concept) for split, plain, concept in found)
        for first, found in told["phrases"].items()
    }
    reader = Reader(
        singles=told["singles"],
        regional={tuple(key): value for key, value in told["regional"]},
        phrases=phrases,
        english={tuple(key): value for key, value in told["english"]},
        small_english=frozenset(told["small_english"]),
        known=told["known"],
        keys=frozenset(told["keys"]),
        pairs={second: tuple(firsts) for second, firsts in told["pairs"].items()},
    )
    points = sp.csc_matrix(
        (arrays["data"], arrays["indices"], arrays["indptr"]), shape=tuple(arrays["shape"])
    )
    labels = tuple(words["labels"])
    judge = words["judge"]
    return Index(
        reader=reader,
        space=Space(
            {(view, feature): at for at, (view, feature) in enumerate(words["columns"])},
            arrays["weights"],
        ),
        machine=Machine(
            points,
            arrays["duals"],
            arrays["owners"],
            arrays["order"],
            arrays["starts"],
            len(labels),
        ),
        labels=labels,
        units={ref: tuple(units) for ref, units in words["units"].items()},
        cues=FacetCues({facet: tuple(phrases) for facet, phrases in words["cues"].items()}),
        judge=Judge(
            tuple(judge["right"]), tuple(judge["out"]), judge["answer_at"], judge["refuse_at"]
        ),
    )
