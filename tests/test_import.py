"""A clerk's table becomes content, or is refused with the number of every bad row."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.importing import import_procedures, to_yaml
from content.load import load
from content.model import Procedure
from content.read import Source, parse_yaml
from content.whole import Content
from tests.small_content import FILES, write_content

ROW = {
    "slug": "ly-hon",
    "name_vi": "Ghi chú ly hôn",
    "name_en": "Note of divorce",
    "area_vi": "Hộ tịch",
    "area_en": "Civil status",
    "level": "xã",
    "owner": "so-tu-phap",
    "sources": "Luật Hộ tịch 2014; Nghị định 123/2015/NĐ-CP",
    "checked": "2026-01-02",
    "review_by": "2027-01-02",
    "confidence": "high",
    "who": 'Người đã ly hôn ở nước ngoài, "đủ" giấy',
    "documents": "Tờ khai\nBản án",
    "steps": "Nộp; Nhận",
    "time_limit": "05 ngày làm việc",
    "fee": "=75000",
    "where": "UBND xã",
    "online_available": "có",
    "online_note": "Nộp được trên mạng",
    "result": "Trích lục",
    "legal_basis": "60/2014/QH13 | Luật Hộ tịch | Điều 50\n| Nghị định chưa rõ số |",
}
OTHER = {**ROW, "slug": "nhan-con"}


def as_csv(*rows: dict[str, Any], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def as_semicolons(*rows: dict[str, Any]) -> bytes:
    return as_csv(*rows, delimiter=";")


def as_jsonl(*rows: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def as_xlsx(*rows: dict[str, Any]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    for cells in sheet.iter_rows():
        for cell in cells:
            if cell.data_type == "f":
                cell.data_type = "s"  # What stands in the cell is text that begins with "=".
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


Table = Callable[..., bytes]
TABLES: dict[str, Table] = {
    "comma.csv": as_csv,
    "semicolon.csv": as_semicolons,
    "sheet.xlsx": as_xlsx,
    "lines.jsonl": as_jsonl,
}
EVERY = pytest.mark.parametrize(("name", "table"), TABLES.items(), ids=TABLES)


@dataclass(frozen=True)
class TakenIn:
    """What an import into the small content folder did."""

    folder: Path
    written: list[Path]
    problems: list[tuple[int, str]]


def take_in(tmp_path: Path, name: str, raw: bytes | None, *, overwrite: bool = False) -> TakenIn:
    if raw is not None:
        (tmp_path / name).write_bytes(raw)
    folder = write_content(tmp_path / "content")
    written, problems = import_procedures(tmp_path / name, folder, overwrite=overwrite)
    return TakenIn(folder, written, [(problem.line, problem.what) for problem in problems])


def problems_of(tmp_path: Path, name: str, raw: bytes | None) -> list[tuple[int, str]]:
    done = take_in(tmp_path, name, raw)
    files = {str(path.relative_to(done.folder)) for path in done.folder.rglob("*.*")}
    assert (done.written, files) == ([], set(FILES))
    return done.problems


@EVERY
def test_a_row_becomes_an_entry(tmp_path: Path, name: str, table: Table) -> None:
    done = take_in(tmp_path, name, table(ROW, OTHER))
    assert done.problems == []
    assert [path.name for path in done.written] == ["ly-hon.yaml", "nhan-con.yaml"]
    made = load(done.folder).procedures["ly-hon"]
    assert (made.name.vi, made.who, made.fee) == (ROW["name_vi"], ROW["who"], "=75000")
    assert (made.documents, made.steps) == (("Tờ khai", "Bản án"), ("Nộp", "Nhận"))
    assert made.sources == ("Luật Hộ tịch 2014", "Nghị định 123/2015/NĐ-CP")
    assert (made.checked, made.online.available) == (date(2026, 1, 2), True)
    assert [law.number for law in made.legal_basis] == ["60/2014/QH13", None]


@EVERY
def test_a_bad_row_is_named_and_nothing_is_written(tmp_path: Path, name: str, table: Table) -> None:
    flat = {key: value.replace("\n", ";") for key, value in ROW.items()} | {"legal_basis": "|Luật|"}
    rows = [{**flat, "slug": "a", "fee": ""}, {**flat, "slug": "B C"}, {**flat, "slug": "c"}]
    first = 1 if name.endswith(".jsonl") else 2
    assert problems_of(tmp_path, name, table(*rows)) == [
        (first, "“fee” is missing"),
        (first + 1, "“slug” is not written as it must be"),
    ]


@EVERY
def test_the_same_entry_twice_is_refused(tmp_path: Path, name: str, table: Table) -> None:
    found = problems_of(tmp_path, name, table(ROW, ROW))
    assert [what for _, what in found] == ["“ly-hon” stands here twice"]


@EVERY
def test_an_owner_nobody_knows_is_refused(tmp_path: Path, name: str, table: Table) -> None:
    found = problems_of(tmp_path, name, table({**ROW, "owner": "so-nao-do"}))
    assert ["so-nao-do" in what for _, what in found] == [True]


@EVERY
def test_a_column_nobody_knows_is_refused(tmp_path: Path, name: str, table: Table) -> None:
    found = problems_of(tmp_path, name, table({**ROW, "fees": "x"}))
    assert [what for _, what in found] == ["“fees” is not a field of this kind of entry"]


def test_an_entry_that_exists_is_replaced_only_when_asked(tmp_path: Path) -> None:
    row = as_csv({**ROW, "slug": "khai-sinh"})
    found = problems_of(tmp_path, "again.csv", row)
    assert [what for _, what in found] == [
        "“khai-sinh” exists already; use --overwrite to replace it"
    ]
    done = take_in(tmp_path, "again.csv", row, overwrite=True)
    assert done.problems == []
    assert load(done.folder).procedures["khai-sinh"].name.vi == "Ghi chú ly hôn"


def sheet_without(part: str, text: str) -> bytes:
    """Make a workbook in which one part of the package is spoilt."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(ROW))) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.txt", b"slug"),
        ("empty.csv", b""),
        ("head.csv", b"slug,name_vi\n"),
        ("bytes.csv", b"slug\n\xff\n"),
        ("utf16.csv", "slug\na\n".encode("utf-16")),
        ("picture.xlsx", b"\x89PNG"),
        ("empty.xlsx", b""),
        ("broken.xlsx", sheet_without("xl/worksheets/sheet1.xml", "<worksheet>")),
        ("nothing.xlsx", sheet_without("xl/workbook.xml", "<workbook/>")),
        ("deep.jsonl", b"[" * 99_999),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, raw: bytes) -> None:
    assert len(problems_of(tmp_path, name, raw)) == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "no.csv", None)
    assert found == [(1, "cannot be read: No such file or directory")]


def test_a_line_that_is_no_json_is_named_by_its_number(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "x.jsonl", as_jsonl(ROW) + b"\n{slug: a}\n")
    assert [number for number, _ in found] == [2]


@pytest.mark.parametrize("odd", [{"name": "x"}, {"online": True}, {"area": []}])
def test_a_json_value_of_the_wrong_kind_is_named(tmp_path: Path, odd: dict[str, Any]) -> None:
    found = problems_of(tmp_path, "x.jsonl", as_jsonl({**odd, **ROW}))
    assert {number for number, _ in found} == {1}


def test_a_huge_cell_is_read_or_named(tmp_path: Path) -> None:
    done = take_in(tmp_path, "x.csv", as_csv({**ROW, "who": "x" * 200_000}))
    assert len(done.written) + len(done.problems) == 1


def test_a_row_with_more_cells_than_the_head_is_refused(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "x.csv", as_csv(ROW).rstrip() + b",one,more\n")
    assert len(found) == 1


def test_a_sheet_may_hold_real_dates(tmp_path: Path) -> None:
    day = datetime(2026, 1, 2)  # noqa: DTZ001 - a cell has no zone
    done = take_in(tmp_path, "x.xlsx", as_xlsx({**ROW, "checked": day}))
    assert "\nchecked: 2026-01-02\n" in done.written[0].read_text(encoding="utf-8")


def test_every_procedure_reads_again_as_it_was_written(all_content: Content) -> None:
    for made in all_content.procedures.values():
        read = parse_yaml(Source(Path("x.yaml"), to_yaml(made)))
        assert Procedure.model_validate(read) == made


@given(st.text(min_size=1).filter(str.strip))
def test_any_words_are_read_again_as_they_were_written(words: str) -> None:
    flat = {"name": {"vi": words, "en": words}, "area": {"vi": words, "en": words}}
    texts = dict.fromkeys(("who", "time_limit", "fee", "where", "result", "level"), words)
    lists = dict.fromkeys(("documents", "steps", "sources"), (words,))
    fixed = {key: ROW[key] for key in ("slug", "owner", "checked", "review_by", "confidence")}
    online = {"available": True, "note": words}
    law = {"number": None, "name": words}
    made = Procedure.model_validate(
        {**fixed, **flat, **texts, **lists, "online": online, "legal_basis": [law]}
    )
    assert Procedure.model_validate(parse_yaml(Source(Path("x.yaml"), to_yaml(made)))) == made
