"""The bot's own sentences are all there in both languages, with the same places for values."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract

from content.catalogue import LANGS, read_catalogue, translator

ROOT = Path(__file__).parents[1]


def said_in_the_sources() -> set[str]:
    found = set()
    for room in ("bot", "handlers", "content", "db"):
        for path in (ROOT / room).rglob("*.py"):
            with path.open("rb") as file:
                messages = extract("python", file, keywords={"t": None, "msg": None})
                found |= {message for _, message, *_ in messages if isinstance(message, str)}
    return found


def called_in_the_sources() -> set[str]:
    """What is said by a call wherever it stands: the extraction does not look into f-strings."""
    calls = (
        node
        for room in ("bot", "handlers", "content", "db")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and node.args
    )
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.args[0], ast.Constant)
        if isinstance(call.args[0].value, str)
        if (isinstance(call.func, ast.Name) and call.func.id in ("t", "msg"))
        or (isinstance(call.func, ast.Attribute) and call.func.attr == "t")
        or isinstance(call.func, ast.Call)
    }


def sentences(lang: str) -> dict[str, str]:
    return {
        m.id: m.string
        for m in read_catalogue(lang)
        if m.id and isinstance(m.id, str) and isinstance(m.string, str) and not m.fuzzy
    }


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("lang", LANGS)
def test_the_catalogue_has_every_sentence_and_no_other(lang: str) -> None:
    assert sentences(lang).keys() == said_in_the_sources()


def test_no_sentence_hides_from_the_extraction() -> None:
    assert called_in_the_sources() <= said_in_the_sources()


@pytest.mark.parametrize("lang", LANGS)
def test_no_sentence_is_left_empty(lang: str) -> None:
    assert [key for key, text in sentences(lang).items() if not text.strip()] == []


@pytest.mark.parametrize("lang", LANGS)
def test_a_translation_has_the_places_of_its_original(lang: str) -> None:
    pairs = sentences(lang).items()
    assert [key for key, text in pairs if places(key) != places(text)] == []


def test_vietnamese_is_not_left_in_english() -> None:
    assert [key for key, text in sentences("vi").items() if key == text] == []


def test_values_are_put_in() -> None:
    t = translator("vi")
    assert t("Checked on {date}.", date=t.date(dt.date(2026, 11, 4))) == "Kiểm tra ngày 04/11/2026."


def test_a_sentence_nobody_translated_is_said_as_it_is() -> None:
    assert translator("vi")("No such {thing}.", thing="sentence") == "No such sentence."


def test_a_language_the_bot_does_not_know_is_vietnamese() -> None:
    assert translator("fr").lang == "vi"


@pytest.mark.parametrize(
    ("lang", "day", "share"), [("vi", "04/11/2026", "81%"), ("en", "4 Nov 2026", "81%")]
)
def test_dates_and_shares_are_written_as_people_do(lang: str, day: str, share: str) -> None:
    t = translator(lang)
    assert (t.date(dt.date(2026, 11, 4)), t.percent(0.81)) == (day, share)
