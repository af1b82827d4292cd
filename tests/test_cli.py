"""The command line keeps its contract: what it prints, where, and with which exit status."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import bot.__main__ as program
from bot.commands.check import replay
from bot.library import open_library
from content.model import FACETS
from tests.conftest import Motcua, Ran, environment
from tests.small_content import AGENCIES, BIRTH, MARRIAGE, QUESTIONS, UNITS, write_content
from tests.test_import import ROW, as_csv

FIELDS = ["id", "status", "refs", "facet", "confidence", "text", "ms"]
ENTRY = ["ref", "kind", "title", "text", "sources", "checked", "valid_from", "valid_to", "owner"]
BATCH = """\
{"id": 7, "q": "đăng ký khai sinh cho con cần giấy tờ gì"}

{"id": "b", "q": "bao nhiêu tiền", "before": "đăng ký kết hôn cần giấy tờ gì"}
{"id": "c", "q": "hôm nay giá vàng bao nhiêu", "before": null}
{"id": "d", "q": ""}
{"id": "", "q": "Sở Tư pháp phải làm những việc gì", "note": "a field nobody knows"}
"""


Rows = list[dict[str, Any]]


def rows_of(ran: Ran) -> Rows:
    assert (ran.code, ran.err) == (0, "")
    return [json.loads(line) for line in ran.out.splitlines()]


def refused(ran: Ran, code: int) -> str:
    """Give the sentences of a refusal: no result beside them, and no traceback."""
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.strip()
    assert "Traceback" not in ran.err
    return ran.err


@pytest.fixture(scope="module")
def answers(motcua: Motcua) -> Rows:
    """Answer the batch once."""
    return rows_of(motcua("ask", "--batch", "-", stdin=BATCH))


def test_motcua_is_the_same_program() -> None:
    (script,) = importlib.metadata.entry_points(group="console_scripts", name="motcua")
    assert script.load() is vars(program)["main"]


def test_an_answer_is_printed(motcua: Motcua) -> None:
    ran = motcua("ask", "đăng ký khai sinh cho con cần giấy tờ gì")
    assert (ran.code, ran.err) == (0, "")
    assert "Đăng ký khai sinh" in ran.out


def test_an_answer_is_in_the_language_asked_for(motcua: Motcua) -> None:
    ran = motcua("ask", "đăng ký kết hôn cần giấy tờ gì", "--lang", "en")
    assert "Marriage registration" in ran.out


def test_an_answer_as_json_is_json_only(motcua: Motcua) -> None:
    (row,) = rows_of(motcua("ask", "--json", "đăng ký kết hôn cần giấy tờ gì"))
    assert list(row) == FIELDS[1:]


def test_a_batch_is_answered_in_order_with_the_fields_of_the_contract(answers: Rows) -> None:
    assert [row["id"] for row in answers] == [7, "b", "c", "d", ""]
    assert {tuple(row) for row in answers} == {tuple(FIELDS)}


def test_every_field_of_an_answer_is_of_its_kind(answers: Rows, motcua: Motcua) -> None:
    known = {row["ref"] for row in rows_of(motcua("content", "list", "--json"))}
    for row in answers:
        assert row["status"] in {"answered", "choices", "refused"}
        assert bool(row["refs"]) == (row["status"] != "refused")
        assert set(row["refs"]) <= known
        assert row["facet"] in {None, *FACETS}
        assert 0 <= row["confidence"] <= 1
        assert row["ms"] > 0
        assert row["text"].strip()


def test_a_batch_from_a_file_is_answered_alike(
    motcua: Motcua, answers: Rows, tmp_path: Path
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(BATCH.replace("\n", "\r\n").encode("utf-8-sig"))
    found = rows_of(motcua("ask", "--batch", str(file)))
    assert [row | {"ms": 0} for row in found] == [row | {"ms": 0} for row in answers]


def test_every_bad_line_of_a_batch_is_named_and_nothing_is_answered(motcua: Motcua) -> None:
    bad = ["[1]", "nope", '{"id": 1}', '{"id": 2, "q": 3}', '{"q": "a"}', '{"id": null, "q": "a"}']
    bad += ['{"id": 1, "q": "a", "before": 4}', "[" * 99_999]
    said = refused(motcua("ask", "--batch", "-", stdin=BATCH + "\n".join(bad)), 1)
    assert re.findall(r"^-:(\d+): ", said, re.MULTILINE) == [str(n) for n in range(7, 15)]


def test_a_batch_that_is_no_text_is_refused(motcua: Motcua, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b'{"id": 1, "q": "\xff"}')
    assert "not UTF-8" in refused(motcua("ask", "--batch", str(tmp_path / "x")), 1)


def test_an_empty_batch_gives_nothing(motcua: Motcua) -> None:
    assert rows_of(motcua("ask", "--batch", "-")) == []


def test_good_content_passes_the_check(motcua: Motcua) -> None:
    assert motcua("check").code == 0


def test_the_check_names_every_problem_by_file_and_line(motcua: Motcua, tmp_path: Path) -> None:
    bank = QUESTIONS + "\n" * (99 - QUESTIONS.count("\n")) + "nope"
    write_content(tmp_path, {"agencies.yaml": AGENCIES + "x: [", "questions.jsonl": bank})
    ran = motcua("check", BOT_CONTENT_DIR=str(tmp_path))
    assert ran.code == 1
    named = re.findall(r"(\w+\.\w+:\d+): ", ran.out + ran.err)
    assert {"agencies.yaml:13", "questions.jsonl:100"} <= set(named)


GROWING = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
ROUND = "documents: &a [*a]\n"


@pytest.mark.parametrize("bomb", [GROWING, ROUND], ids=["growing", "round"])
def test_a_yaml_bomb_is_a_problem_like_any_other(motcua: Motcua, tmp_path: Path, bomb: str) -> None:
    write_content(tmp_path, {"procedures/khai-sinh.yaml": bomb + "b:\n  x: 1\nc:\n  x: 2\n"})
    ran = motcua("check", BOT_CONTENT_DIR=str(tmp_path))
    assert ran.code == 1
    assert "procedures/khai-sinh.yaml:" in ran.out + ran.err


def test_a_question_now_answered_wrongly_is_a_problem(small_folder: Path, tmp_path: Path) -> None:
    library = open_library(small_folder, tmp_path)
    assert replay(library.content, library.index) == []
    turned = [
        (line, question.model_copy(update={"refs": ("agency:ubnd-xa",)}))
        for line, question in library.content.numbered
    ]
    changed = dataclasses.replace(library.content, numbered=tuple(turned))
    assert len(replay(changed, library.index)) > len(turned) // 2


def test_every_entry_is_listed_with_the_fields_of_the_contract(motcua: Motcua) -> None:
    rows = {row["ref"]: row for row in rows_of(motcua("content", "list", "--json"))}
    assert {tuple(row) for row in rows.values()} == {tuple(ENTRY)}
    assert {row["kind"] for row in rows.values()} == {
        "plan",
        "procedure",
        "agency",
        "answer",
        "report",
    }
    assert len(rows) == 10
    unit = rows["plan:II.1"]
    assert f"  text: {unit['text']}\n" in UNITS
    assert (unit["sources"], unit["owner"]) == (["Quyết định số 1/QĐ-UBND"], "so-tu-phap")
    assert (unit["valid_from"], unit["valid_to"]) == ("2016-04-06", "2020-12-31")
    assert rows["procedure:khai-sinh"]["checked"] == "2026-01-02"
    assert rows["procedure:khai-sinh"]["valid_to"] is None


def test_the_list_for_people_names_every_entry(motcua: Motcua) -> None:
    said = motcua("content", "list").out
    assert all(ref in said for ref in ("plan:I.1", "procedure:ket-hon", "agency:ubnd-xa"))


def test_an_entry_is_shown_as_people_read_it(motcua: Motcua) -> None:
    ran = motcua("content", "show", "plan:II.1")
    assert (ran.code, ran.err) == (0, "")
    assert "lắng nghe ý kiến nhân dân" in ran.out
    assert "“lắng ý kiến nhân”" in ran.out


def test_an_entry_nobody_knows_is_refused_in_a_sentence(motcua: Motcua) -> None:
    said = refused(motcua("content", "show", "procedure:ly-hon"), 1)
    assert said.startswith("there is no entry procedure:ly-hon")


def test_what_is_past_its_review_or_its_validity_is_listed(motcua: Motcua, tmp_path: Path) -> None:
    write_content(tmp_path, {"procedures/khai-sinh.yaml": BIRTH + "valid_to: 2026-02-03\n"})
    said = motcua("content", "stale", BOT_CONTENT_DIR=str(tmp_path)).out.splitlines()
    assert said == [
        "procedure:ket-hon: review was due on 2021-01-02, owner ubnd-xa",
        "procedure:khai-sinh: valid until 2026-02-03, owner so-tu-phap",
    ]


def test_nothing_past_its_review_date_is_said_so(motcua: Motcua, tmp_path: Path) -> None:
    write_content(tmp_path, {"procedures/ket-hon.yaml": MARRIAGE.replace("by: 2021", "by: 2999")})
    said = motcua("content", "stale", BOT_CONTENT_DIR=str(tmp_path)).out
    assert said == "Nothing is past its review date.\n"


def test_a_search_shows_entries_with_their_titles(motcua: Motcua) -> None:
    ran = motcua("content", "search", "đăng", "ký", "kết", "hôn")
    assert (ran.code, ran.err) == (0, "")
    assert "procedure:ket-hon: Đăng ký kết hôn\n" in ran.out


def test_a_table_is_taken_in_and_a_bad_one_refused(motcua: Motcua, tmp_path: Path) -> None:
    folder = str(write_content(tmp_path / "content"))
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(as_csv({**ROW, "legal_basis": "60/2014/QH13 | Luật Hộ tịch"}))
    bad.write_bytes(as_csv({**ROW, "documents": "Tờ khai", "legal_basis": "1 | 2", "fee": ""}))
    said = refused(motcua("content", "import", str(bad), BOT_CONTENT_DIR=folder), 1)
    assert f"{bad}:2: “fee” is missing" in said
    assert motcua("content", "import", str(good), BOT_CONTENT_DIR=folder).code == 0
    shown = motcua("content", "show", "procedure:ly-hon", BOT_CONTENT_DIR=folder)
    assert shown.out.startswith("Ghi chú ly hôn\n")


USAGE = ["", "nope", "content list --jsn", "content show", "content show plan:I.1 --lang fr"]
USAGE += [
    "ask",
    "ask a --batch -",
    "ask a --lang fr",
    "ask --batch nowhere.jsonl",
    "chat --lang fr",
]


@pytest.mark.parametrize("line", USAGE)
def test_wrong_usage_ends_with_2_and_no_traceback(motcua: Motcua, line: str) -> None:
    ran = motcua(*line.split())
    assert (ran.code, "Traceback" in ran.err) == (2, False)


def test_every_wrong_setting_is_named_and_ends_with_2(motcua: Motcua) -> None:
    said = refused(motcua("check", BOT_TYPO="1", BOT_PORT="x", BOT_LOG_LEVEL="loud"), 2)
    assert re.findall("BOT_[A-Z_]+", said) == ["BOT_LOG_LEVEL", "BOT_PORT", "BOT_TYPO"]


@pytest.mark.parametrize(
    ("command", "setting", "value"),
    [
        ("run", "BOT_DATABASE_URL", "geheim"),
        ("run", "BOT_DATABASE_URL", "nosuch+driver://motcua:geheim@db/motcua"),
        ("run", "BOT_DATA_DIR", f"{__file__}/data"),
        ("chat", "BOT_DATABASE_URL", "sqlite:///x.db?geheim"),
        ("chat", "BOT_DATA_DIR", f"{__file__}/data"),
    ],
    ids=["no address", "no driver", "no folder", "no async driver", "no folder to chat"],
)
def test_storage_that_cannot_be_used_is_named(
    motcua: Motcua, command: str, setting: str, value: str
) -> None:
    place = {"BOT_PORT": "0", "BOT_LOG_LEVEL": "error", setting: value}
    said = refused(motcua(command, **place), 2)
    assert setting in said
    assert "geheim" not in said


def test_a_database_without_a_schema_is_refused_with_a_command_that_helps(
    motcua: Motcua, tmp_path: Path
) -> None:
    place = {"BOT_DATA_DIR": str(tmp_path), "BOT_PORT": "0", "BOT_LOG_LEVEL": "error"}
    named = re.findall("`motcua (.*)`", refused(motcua("run", **place), 2))
    assert [motcua(*command.split(), **place).code for command in named] == [0]


@pytest.mark.parametrize("line", ["ask xyz", "content list", "content list --json"])
def test_a_reader_that_went_away_is_no_error(small_folder: Path, tmp_path: Path, line: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-m", "bot", *line.split()],
        cwd=tmp_path,
        env=environment(small_folder, tmp_path, {}),
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert ended.stderr == b""


@pytest.mark.parametrize("line", ["--help", "content list", "content show đ"])
def test_a_terminal_that_knows_no_vietnamese_is_no_error(motcua: Motcua, line: str) -> None:
    ran = motcua(*line.split(), PYTHONIOENCODING="ascii")
    assert "Traceback" not in ran.err
