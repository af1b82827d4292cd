"""The ways of typing worse change what they say they change, and nothing else."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.disturb import ACCENTS_ONLY, DISTURBANCES, LETTERS_PER_SLIP, beside, disturb, fold

SYLLABLES = (
    "đăng ký khai sinh thường trú hòa hoà thủy thuỷ khoẻ quý quá thuế người được ương nghĩa "
    "hươu nguyễn ăn ở Đất ĐƯỜNG Ủy ban 2025 60% online VNeID tôi ở đâu mất bao nhiêu tiền"
)
QUESTIONS = st.lists(st.sampled_from(SYLLABLES.split()), min_size=1, max_size=25).map(" ".join)
SEEDS = st.integers(0, 1000)
NAMES = st.sampled_from(list(DISTURBANCES))
SLIPS = ("neighbouring key", "dropped letter", "doubled letter", "swapped letters")


def letters(text: str) -> int:
    return sum(char.isalpha() for char in text)


def slips_in(text: str) -> int:
    return max(letters(text) // LETTERS_PER_SLIP, 1)


@given(NAMES, st.text(), SEEDS)
def test_any_text_can_be_disturbed_and_always_in_the_same_way(
    name: str, text: str, seed: int
) -> None:
    assert disturb(name, text, seed) == disturb(name, text, seed)


@given(NAMES, SEEDS)
def test_nothing_typed_stays_nothing(name: str, seed: int) -> None:
    assert disturb(name, "", seed) == ""


@pytest.mark.parametrize("name", ACCENTS_ONLY)
@given(text=QUESTIONS, seed=SEEDS)
def test_what_touches_marks_only_folds_to_the_same_letters(name: str, text: str, seed: int) -> None:
    assert fold(disturb(name, text, seed)) == fold(text)


@given(QUESTIONS)
def test_without_accents_nothing_is_left_to_fold(text: str) -> None:
    assert fold(disturb("no accents", text)) == disturb("no accents", text)


@given(QUESTIONS, SEEDS)
def test_half_the_marked_words_lose_their_marks(text: str, seed: int) -> None:
    words = disturb("half the words without accents", text, seed).split()
    marked = sum(fold(word) != word for word in text.split())
    assert sum(fold(word) != word for word in words) == marked // 2


@given(QUESTIONS)
def test_moving_the_tone_twice_brings_it_back(text: str) -> None:
    name = "old/new tone placement swapped"
    assert disturb(name, disturb(name, text)) == text


@pytest.mark.parametrize(
    ("typed", "other"),
    [("hòa", "hoà"), ("khoẻ", "khỏe"), ("Thủy", "Thuỷ"), ("quý", "quý"), ("toán", "toán")],
)
def test_the_tone_moves_only_where_two_places_are_in_use(typed: str, other: str) -> None:
    assert disturb("old/new tone placement swapped", typed) == other


@given(QUESTIONS)
def test_decomposed_text_composes_to_the_original(text: str) -> None:
    assert unicodedata.normalize("NFC", disturb("NFD", text)) == text


@pytest.mark.parametrize(
    ("word", "by_telex", "by_vni"),
    [
        ("đường", "dduowngf", "d9uo7ng2"),
        ("Đặt", "Ddawtj", "D9a8t5"),
        ("thuế", "thuees", "thue61"),
        ("hươu", "huowu", "huo7u"),
        ("ở", "owr", "o73"),
        ("nghĩa", "nghiax", "nghia4"),
        ("online", "online", "online"),
    ],
)
def test_keystrokes_are_those_of_the_input_methods(word: str, by_telex: str, by_vni: str) -> None:
    assert (disturb("raw Telex", word), disturb("raw VNI", word)) == (by_telex, by_vni)


@pytest.mark.parametrize("name", ["raw Telex", "raw VNI"])
@given(text=QUESTIONS)
def test_keystrokes_are_plain_and_leave_unmarked_words_alone(name: str, text: str) -> None:
    typed = disturb(name, text)
    assert typed.isascii()
    for before, after in zip(text.split(), typed.split(), strict=True):
        assert (before == after) == before.isascii()


@pytest.mark.parametrize("key", "abcdefghijklmnopqrstuvwxyz")
def test_keys_lie_beside_each_other_both_ways(key: str) -> None:
    assert 2 <= len(beside(key)) <= 6
    assert all(key in beside(other) for other in beside(key))


@given(QUESTIONS, SEEDS)
def test_a_neighbouring_key_takes_the_place_of_the_one_meant(text: str, seed: int) -> None:
    typed = disturb("neighbouring key", text, seed)
    wrong = [(a, b) for a, b in zip(text, typed, strict=True) if a != b]
    assert len(wrong) <= slips_in(text)
    assert all(b in beside(a) for a, b in wrong)


@pytest.mark.parametrize(("name", "grows"), [("dropped letter", -1), ("doubled letter", 1)])
@given(text=QUESTIONS, seed=SEEDS)
def test_letters_are_lost_or_doubled_one_in_twenty(
    name: str, grows: int, text: str, seed: int
) -> None:
    assume(any(len(word) > 2 and word.isalpha() for word in text.split()))
    more = (len(disturb(name, text, seed)) - len(text)) * grows
    assert 1 <= more <= slips_in(text)


@given(QUESTIONS, SEEDS)
def test_swapping_keeps_all_letters(text: str, seed: int) -> None:
    assert Counter(disturb("swapped letters", text, seed)) == Counter(text)


@pytest.mark.parametrize("name", SLIPS)
@given(seed=SEEDS)
def test_a_slip_is_seen(name: str, seed: int) -> None:
    assert disturb(name, "khai sinh", seed) != "khai sinh"


@pytest.mark.parametrize(
    ("name", "meant", "typed"),
    [
        ("chat spelling", "Được không, lệ phí bao nhiêu vậy?", "dc ko, lệ phí bn z?"),
        ("chat spelling", "làm như thế nào", "lm ntn"),
        ("official abbreviations", "thủ tục hành chính ở Ủy ban nhân dân", "TTHC ở UBND"),
        ("southern spelling", "Không làm khai sinh", "hông mần khai sanh"),
        ("southern spelling", "sinhvật", "sinhvật"),
    ],
)
def test_other_spellings_replace_whole_words(name: str, meant: str, typed: str) -> None:
    assert disturb(name, meant) == typed


@given(QUESTIONS, SEEDS)
def test_shouting_changes_no_word(text: str, seed: int) -> None:
    typed = disturb("ALL CAPS, signs, spaces", text, seed)
    assert [word.strip(",.!?") for word in typed.split() if word.strip(",.!?")] == (
        text.upper().split()
    )
