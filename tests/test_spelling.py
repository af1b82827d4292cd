"""Slips of the keyboard are mended by what stands around them, and proper words are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.search.spelling import learn_spelling
from handlers.search.syllable import fold

TEXTS = [
    "đăng ký khai sinh cho con",
    "đăng ký kết hôn ở đâu",
    "khai sinh muộn cần giấy gì",
    "cấp giấy chứng nhận đất",
    "đặt lịch nộp hồ sơ",
]
SPELLER = learn_spelling([text.split() for text in TEXTS * 40])


@pytest.mark.parametrize(
    ("typed", "before", "after", "meant"),
    [
        ("đăg", "", "ky", "dang"),  # a letter lost
        ("kahi", "ky", "sinh", "khai"),  # two letters swapped
        ("sunh", "khai", "cho", "sinh"),  # the key beside
        ("khaai", "ky", "sinh", "khai"),  # a letter twice
        ("hoo", "nop", "so", "ho"),
    ],
)
def test_a_slip_is_mended(typed: str, before: str, after: str, meant: str) -> None:
    found = SPELLER.mended(typed, before, after, accented=True)
    assert found is not None
    assert found[1] == meant


def test_a_mended_word_keeps_the_marks_that_were_typed() -> None:
    assert SPELLER.mended("giấ", "can", "gi", accented=True) == ("giây1", "giay")
    assert SPELLER.mended("giạ", "can", "gi", accented=True) is None


def test_a_word_that_others_write_here_stands() -> None:
    assert SPELLER.mended("khai", "ky", "sinh", accented=True) is None


def test_of_words_that_fit_equally_well_the_first_of_the_alphabet_is_meant() -> None:
    alike = ["hap", "hat", "hau", "hay", "han", "hac"]  # all one letter from “ha”
    speller = learn_spelling([["xin", word] for word in alike] * 40)
    assert speller.mended("ha", "xin", "", accented=False) == ("", "hac")


@given(st.text(max_size=20), st.text(max_size=8), st.text(max_size=8), st.booleans())
def test_whatever_is_typed_gets_a_known_word_or_stands(
    typed: str, before: str, after: str, accented: bool
) -> None:
    found = SPELLER.mended(typed, before, after, accented=accented)
    assert found is None or (found[1] in SPELLER.used and found[1] != fold(typed))
