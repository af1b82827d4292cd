"""Takes procedures from a clerk's table (CSV, XLSX or JSONL) into the content folder."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import yaml
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from content.load import load
from content.model import Procedure
from content.read import Problem, Source, build, open_text

LISTS = ("documents", "steps", "pitfalls", "editor_notes", "aliases", "related", "sources")
"""Columns with several values: one on each line of the cell, or parted by semicolons."""
PAIRS = ("name", "area")
"""Columns in two languages: name_vi and name_en, area_vi and area_en."""
MOST_BYTES = 20 * 1024 * 1024

EXTRA = "cell beyond the head"


class NoJsonError(Exception):
    """A line of a JSONL file that is no JSON."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


Row = tuple[int, dict[str, Any]]


def import_procedures(
    file: Path, folder: Path, *, overwrite: bool = False
) -> tuple[list[Path], list[Problem]]:
    """Write one YAML file for each row; gives the files, or the problems and writes nothing."""
    rows = _rows(file)
    if isinstance(rows, Problem):
        return [], [rows]
    agencies = load(folder).agencies
    made: dict[Path, Procedure] = {}
    problems: list[Problem] = []
    for number, row in rows:
        procedure = build(Source(file, ""), Procedure, _shape(row))
        if isinstance(procedure, list):
            problems += [Problem(str(file), number, problem.what) for problem in procedure]
            continue
        path = folder / "procedures" / f"{procedure.slug}.yaml"
        if path in made:
            problems.append(Problem(str(file), number, f"“{procedure.slug}” stands here twice"))
        elif path.exists() and not overwrite:
            why = f"“{procedure.slug}” exists already; use --overwrite to replace it"
            problems.append(Problem(str(file), number, why))
        elif procedure.owner not in agencies:
            problems.append(Problem(str(file), number, f"there is no agency “{procedure.owner}”"))
        made[path] = procedure
    if not made and not problems:
        problems.append(Problem(str(file), 1, "there are no rows in this file"))
    if problems:
        return [], problems
    for path, procedure in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_yaml(procedure), encoding="utf-8")
    return list(made), []


def to_yaml(procedure: Procedure) -> str:
    """Write an entry as a clerk would edit it: in the order of the fields, without escapes."""
    data = procedure.model_dump(mode="python", exclude_defaults=True)
    plain = json.loads(json.dumps(data, default=str, ensure_ascii=False))
    for day in ("checked", "review_by", "valid_from", "valid_to"):
        if day in data:
            plain[day] = data[day]
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)


def _rows(file: Path) -> list[Row] | Problem:
    read = READERS.get(file.suffix.lower())
    if read is None:
        return Problem(str(file), 1, "the name must end in .csv, .xlsx or .jsonl")
    try:
        if file.stat().st_size > MOST_BYTES:
            return Problem(str(file), 1, "the file is over 20 MB")
        return read(file)
    except NoJsonError as error:
        return Problem(str(file), error.line, "not a line of JSON")
    except OSError as error:
        return Problem(str(file), 1, f"cannot be read: {error.strerror}")
    # A workbook is a package of many parts, each of which can be spoilt in its own way.
    except (
        *(AttributeError, BadZipFile, InvalidFileException, LookupError, RecursionError),
        *(SyntaxError, TypeError, ValueError, csv.Error),
    ):
        return Problem(str(file), 1, "this is not a table that can be read")


def _csv(file: Path) -> list[Row] | Problem:
    source = open_text(file)
    return source if isinstance(source, Problem) else list(_csv_rows(source.text))


def _jsonl(file: Path) -> list[Row] | Problem:
    source = open_text(file)
    return source if isinstance(source, Problem) else list(_jsonl_rows(source.text))


def _csv_rows(text: str) -> Iterator[Row]:
    try:
        dialect: Any = csv.Sniffer().sniff(text.split("\n", 1)[0], ",;\t")
    except csv.Error:
        dialect = csv.excel
    dialect.doublequote = True  # The sniffer sees only the first line, where nothing is quoted.
    reader = csv.DictReader(io.StringIO(text, newline=""), dialect=dialect)
    for row in reader:
        yield reader.line_num, {key or EXTRA: value for key, value in row.items() if key or value}


def _jsonl_rows(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                raise NoJsonError(number) from None
            yield number, value if isinstance(value, dict) else {}


def _sheet(file: Path) -> list[Row]:
    return list(_sheet_rows(file))


def _sheet_rows(file: Path) -> Iterator[Row]:
    with contextlib.closing(load_workbook(file, read_only=True, data_only=True)) as book:
        rows = book.worksheets[0].iter_rows(values_only=True)
        head = [str(cell or "").strip() for cell in next(rows, ())]
        for number, cells in enumerate(rows, 2):
            if any(cell not in (None, "") for cell in cells):
                yield number, dict(zip(head, cells, strict=False))


READERS: Mapping[str, Callable[[Path], list[Row] | Problem]] = {
    ".csv": _csv,
    ".xlsx": _sheet,
    ".jsonl": _jsonl,
}
"""How each kind of table is read, by the end of its name."""


def _shape(row: dict[str, Any]) -> dict[str, Any]:
    """Make the nested shape of an entry out of the flat row of a table."""
    shaped: dict[str, Any] = {}
    for key, cell in row.items():
        name = key.strip()
        value = cell.strip() if isinstance(cell, str) else cell
        if value in (None, ""):
            continue
        outer, _, inner = name.rpartition("_")
        if outer in PAIRS and inner in ("vi", "en"):
            _below(shaped, outer)[inner] = value
        elif outer == "online":
            _below(shaped, "online")[inner] = _yes(value) if inner == "available" else value
        elif name in LISTS and isinstance(value, str):
            shaped[name] = [part.strip() for part in re.split(r"[\n;]", value) if part.strip()]
        elif name == "legal_basis" and isinstance(value, str):
            shaped[name] = [_law(line) for line in value.split("\n") if line.strip()]
        else:
            shaped[name] = value.date() if hasattr(value, "date") else value
    return shaped


def _below(shaped: dict[str, Any], outer: str) -> dict[str, Any]:
    """Give the fields below `outer`; where another value stands, that one is to be named wrong."""
    found: Any = shaped.setdefault(outer, {})
    return found if isinstance(found, dict) else {}


def _yes(value: Any) -> Any:
    return {"có": True, "yes": True, "không": False, "no": False}.get(str(value).lower(), value)


def _law(line: str) -> dict[str, str | None]:
    """Read “number | name | articles” of one legal document."""
    number, name, articles = [*(part.strip() for part in line.split("|")), "", "", ""][:3]
    return {"number": number or None, "name": name, "articles": articles}
