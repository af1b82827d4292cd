"""All content is whole and honest, and whatever is wrong in a folder is named by file and line."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.load import load
from content.model import Procedure, Question
from content.read import ContentError, Problem, Source, build, parse_yaml, read_jsonl
from content.whole import Content
from tests.small_content import (
    BIRTH,
    GREETING,
    LEXICON,
    MARRIAGE,
    PLAN,
    QUESTIONS,
    REPORTS,
    UNITS,
    write_content,
)

# The 93 (id, text) pairs of the plan's transcription, in its order, as the document has them.
PLAN_DIGEST = "0d7c4556c773d1326faf5e887a2e6219db0c1c51a54b6d58f87f064926d0a561"
DOUBT = "cần kiểm tra lại"


def test_all_content_is_there(all_content: Content) -> None:
    counts = (len(all_content.units), len(all_content.procedures), len(all_content.agencies))
    assert counts == (93, 64, 68)
    assert len(all_content.answers) >= 40


def test_the_plan_stands_word_for_word(all_content: Content) -> None:
    pairs = [[unit.id, unit.text] for unit in all_content.units.values()]
    written = json.dumps(pairs, ensure_ascii=False).encode()
    assert hashlib.sha256(written).hexdigest() == PLAN_DIGEST


def test_a_mended_slip_keeps_the_original_beside_it(all_content: Content) -> None:
    mended = {unit.id: unit for unit in all_content.units.values() if unit.mended}
    slips = {
        "II.1-2": ("lắng ý kiến", "lắng nghe ý kiến"),
        "II.2-3": ("Phân đấu", "Phấn đấu"),
        "II.7-3": ("những nhiễu", "nhũng nhiễu"),
    }
    assert mended.keys() == slips.keys()
    for unit_id, (slip, right) in slips.items():
        unit = mended[unit_id]
        assert unit.text.replace(slip, right) == unit.mended == unit.shown
        assert slip in unit.text


def test_every_procedure_has_an_english_card_of_the_same_length(all_content: Content) -> None:
    def lengths(card: Any) -> list[int]:
        return [len(card.documents), len(card.steps), len(card.pitfalls)]

    found = {p.slug: p.en and lengths(p.en) for p in all_content.procedures.values()}
    assert found == {p.slug: lengths(p) for p in all_content.procedures.values()}


def doubted(procedure: Procedure) -> set[str]:
    texts: Mapping[str, str] = {
        "legal_basis": " ".join(f"{law.name} {law.articles}" for law in procedure.legal_basis),
        "online": f"{procedure.online.note} {procedure.online.mode} {procedure.online.portal}",
        **{name: " ".join(getattr(procedure, name)) for name in ("documents", "steps", "pitfalls")},
        **{name: getattr(procedure, name) for name in ("who", "time_limit", "fee", "where")},
        "result": procedure.result,
    }
    return {name for name, text in texts.items() if DOUBT in text}


def test_every_doubt_shown_is_explained_and_every_doubt_explained_is_shown(
    all_content: Content,
) -> None:
    shown = {p.slug: doubted(p) for p in all_content.procedures.values()}
    noted = {p.slug: {d.field for d in p.unverified} for p in all_content.procedures.values()}
    assert shown == noted


def problems_of(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(ContentError) as caught:
        load(folder)
    return [(str(Path(p.file).relative_to(folder)), p.line, p.what) for p in caught.value.problems]


BIRTH_FILE, UNITS_FILE = "procedures/khai-sinh.yaml", "plan/nhiem-vu.yaml"
BIRTH_END, UNITS_END, PLAN_END, BANK_END = (
    text.count("\n") + 1 for text in (BIRTH, UNITS, PLAN, QUESTIONS)
)


def birth(old: str, new: str) -> str:
    return BIRTH.replace(old, new)


def units(old: str, new: str) -> str:
    return UNITS.replace(old, new)


def bank(line: str) -> str:
    return QUESTIONS + line


Case = tuple[str, str | bytes | None, int, str]
NOT_FIELDS = "“entry” must hold fields of its own"
UNKNOWN = "is not a field of this kind of entry"
TWO_MARKS = "chat:\n  đk: đăng ký\n  đk: điều kiện"
BOTH_WAYS = """
  days_off: [&day {date: 2026-01-02, reason: r, source: s, confirm: false}]
  days_worked: [*day]"""
FIELDS: dict[str, Case] = {
    "missing": (BIRTH_FILE, birth("fee:", "#"), 1, "“fee” is missing"),
    "unknown": (BIRTH_FILE, BIRTH + "tip: x\n", BIRTH_END, f"“tip” {UNKNOWN}"),
    "unknown below": (UNITS_FILE, UNITS + "  leed: [a]\n", UNITS_END, f"“leed” {UNKNOWN}"),
    "unknown part": ("plan/plan.yaml", PLAN + "listen: []\n", PLAN_END, "“listen”"),
    "empty": (BIRTH_FILE, birth("level: xã", "level: ''"), 4, "“level” is empty"),
    "empty list": (BIRTH_FILE, birth("[Luật Hộ tịch 2014]", "[]"), 6, "“sources” is empty"),
    "number": (BIRTH_FILE, birth("level: xã", "level: 3"), 4, "“level” must be text"),
    "no date": (BIRTH_FILE, birth("checked: 2026-01-02", "checked: nay"), 7, "is not a date"),
    "no day": (BIRTH_FILE, birth("checked: 2026-01-02", "checked: 2026-13-45"), 7, ""),
    "too early": (BIRTH_FILE, birth("by: 2999", "by: 1999"), 1, "review_by is before checked"),
    "no entry": (BIRTH_FILE, birth("[ket-hon]", "[ly]"), 1, "“procedure:ly”, which does not exist"),
    "no agency": (UNITS_FILE, units("[ubnd-xa]", "[ubnd-nao]"), 7, "plan:II.1 names “agency:ubnd-"),
    "slug twice": ("procedures/x.yaml", BIRTH, 1, "“procedure:khai-sinh” already stands in"),
    "unit twice": (UNITS_FILE, units("II.2", "II.1"), 16, "“plan:II.1” already stands in"),
    "key twice": (BIRTH_FILE, BIRTH + "fee: x\n", BIRTH_END, "“fee” is written twice"),
    "key twice in braces": (
        BIRTH_FILE,
        birth("note:", "note: x, note:"),
        16,
        "“note” is written tw",
    ),
    "quoted key twice": (BIRTH_FILE, BIRTH + '"fee": x\n', BIRTH_END, "“fee” is written twice"),
    "Vietnamese key twice": (
        *("lexicon.yaml", LEXICON.replace("chat: {ko: không, dc: được}", TWO_MARKS)),
        *(3, "“đk” is written twice"),
    ),
    "key no text": ("lexicon.yaml", LEXICON.replace("{ko", "{no"), 1, "must be text"),
    **{
        name: ("reports.yaml", REPORTS.replace(old, new), line, what)
        for name, (old, new, line, what) in {
            "no such day": ('date: "12-16"', 'date: "12-32"', 25, "“12-32” is not a day"),
            "leap day": ('date: "12-16"', 'date: "02-29"', 25, "29 February"),
            "day as a date": ('date: "12-16"', "date: 2026-12-16", 25, ""),
            "no such hour": ('due_time: "17:00"', 'due_time: "25:00"', 8, "“day_rules.due_time”"),
            "no such source": (
                "to_year: 0, source: quy-che",
                "to_year: 0, source: luat",
                1,
                "“luat”",
            ),
            "two anchors": ("before_due: 0", "before_due: 0, after_due: 1", 34, "needs one of"),
            "step twice": ("id: tre-1", "id: ngay-han", 1, "a step is named twice"),
            "report twice": ("id: dot-xuat", "id: nam", 1, "a report is named twice"),
            "long report": ("id: nam", "id: nam-cua-tinh", 1, "at most 8 letters"),
            "nobody's": ("owner: so-tu-phap", "owner: so-nao", 1, "does not exist"),
            "off and worked": ("{days_off: [], days_worked: []}", BOTH_WAYS, 38, "both off and"),
            "no calendar": ("calendar:", "kalender:", 1, "“calendar” is missing"),
        }.items()
    },
    "wrong file name": (
        *("procedures/sinh.yaml", birth("slug: khai-sinh", "slug: sinh-con")),
        *(1, "the file must be named sinh-con.yaml"),
    ),
}
FILES: dict[str, Case] = {
    "broken YAML": (BIRTH_FILE, "slug: a\nname: [\n", 3, "broken YAML"),
    "tab": (BIRTH_FILE, "slug: a\nname:\n\tvi: b\n", 3, "broken YAML"),
    "no time": (BIRTH_FILE, BIRTH + "en: !!timestamp abc\n", BIRTH_END, ""),
    "no truth": (BIRTH_FILE, BIRTH + "en: !!bool abc\n", BIRTH_END, ""),
    "no number": (BIRTH_FILE, BIRTH + "en: !!int ''\n", BIRTH_END, ""),
    "code": (BIRTH_FILE, "slug: !!python/object/apply:os.getcwd []\n", 1, "broken YAML"),
    "not UTF-8": (BIRTH_FILE, b"slug: a\nname: \xff\n", 2, "this is not UTF-8 text"),
    "control character": (BIRTH_FILE, "slug: \0\n", 1, "broken YAML"),
    "empty procedure": (BIRTH_FILE, "", 1, NOT_FIELDS),
    "empty units": (UNITS_FILE, "", 1, NOT_FIELDS),
    "empty agencies": ("agencies.yaml", "", 1, NOT_FIELDS),
    "empty plan": ("plan/plan.yaml", "", 1, NOT_FIELDS),
    "empty lexicon": ("lexicon.yaml", "", 1, NOT_FIELDS),
    "comment only": ("answers/chao-hoi.yaml", "# later\n", 1, NOT_FIELDS),
    "number": (BIRTH_FILE, "42\n", 1, NOT_FIELDS),
    "list of numbers": (BIRTH_FILE, "- 1\n- 2\n", 2, NOT_FIELDS),
    "no procedure in a list": (BIRTH_FILE, "[]\n", 1, ""),
    "no lexicon in a list": ("lexicon.yaml", "[]\n", 1, ""),
    "deep": (BIRTH_FILE, f"documents: {'[' * 300}{']' * 300}\n", 1, ""),
    "deeper": (BIRTH_FILE, f"documents: {'[' * 9000}{']' * 9000}\n", 1, "broken YAML"),
    "no bank": ("questions.jsonl", None, 1, "cannot be read: No such file"),
    "no JSON": ("questions.jsonl", bank("\n{q: a}\n"), BANK_END + 1, "not a line of JSON"),
    "deep JSON": ("questions.jsonl", bank("[" * 99999), BANK_END, "not a line of JSON"),
    "question twice": (
        *("questions.jsonl", bank(QUESTIONS.split("\n", 1)[0])),
        *(BANK_END, "the same question stands in line 1"),
    ),
    "question of nothing": (
        *("questions.jsonl", bank('{"q": "a", "refs": ["plan:IX"], "style": "short"}')),
        *(BANK_END, "“plan:IX” does not exist"),
    ),
    "neither answered nor refused": (
        *("questions.jsonl", bank('{"q": "a", "style": "short"}')),
        *(BANK_END, "a question has refs, or the topic it is refused under, not both"),
    ),
}


@pytest.mark.parametrize("case", FIELDS.values(), ids=FIELDS)
def test_a_wrong_field_is_named_by_file_and_line(tmp_path: Path, case: Case) -> None:
    name, text, line, what = case
    found = problems_of(write_content(tmp_path, {name: text}))
    assert [w for n, at, w in found if (n, at) == (name, line) and what in w], found


@pytest.mark.parametrize("case", FILES.values(), ids=FILES)
def test_a_wrong_file_is_named_by_file_and_line(tmp_path: Path, case: Case) -> None:
    name, text, line, what = case
    found = problems_of(write_content(tmp_path, {name: text}))
    assert [w for n, at, w in found if (n, at) == (name, line) and what in w], found


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    changes = {BIRTH_FILE: "[", "answers/chao-hoi.yaml": GREETING + "x: y\n", "questions.jsonl": ""}
    found = problems_of(write_content(tmp_path, {**changes, "procedures/ket-hon.yaml": MARRIAGE}))
    assert {name for name, *_ in found} >= {BIRTH_FILE, "answers/chao-hoi.yaml"}


def test_an_empty_folder_is_refused_part_by_part(tmp_path: Path) -> None:
    names = {name for name, *_ in problems_of(tmp_path)}
    assert names >= {"plan/plan.yaml", "agencies.yaml", "procedures", "answers", "lexicon.yaml"}


FRAGMENTS = st.sampled_from(
    [*"ab:-[]{},'\"?#%~\n\t", ": ", "- ", "&a ", "*a", "<<", "|\n", "2026-13-45"]
    + [f"!!{tag} " for tag in ("int", "timestamp", "bool", "set", "omap", "binary", "float")]
)


@given(st.lists(FRAGMENTS, max_size=25).map("".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = parse_yaml(Source(Path("x.yaml"), text))
    assert not isinstance(read, Problem) or read.line >= 1


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(list(Procedure.model_fields)) | st.text(), JSON))
def test_no_value_breaks_the_check(value: dict[str, Any]) -> None:
    built = build(Source(Path("x.yaml"), "slug: a"), Procedure, value)
    assert isinstance(built, Procedure) or [str(problem) for problem in built]


@given(st.lists(JSON.map(json.dumps) | st.text()).map("\n".join))
def test_no_line_breaks_the_bank(text: str) -> None:
    lines = [line for line in text.split("\n") if line.strip()]
    good, bad = read_jsonl(Source(Path("x.jsonl"), text), Question)
    assert len(good) + len({problem.line for problem in bad}) == len(lines)


@given(st.binary(max_size=200))
def test_no_bytes_break_a_file(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_content(Path(folder), {BIRTH_FILE: raw})
        with pytest.raises(ContentError, match=BIRTH_FILE):
            load(Path(folder))
