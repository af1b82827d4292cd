"""What finding an answer promises: one of three results, references that exist, no crash."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.library import Library
from handlers.search.decide import Found
from handlers.search.follow import find

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=[]), max_size=10_000)
EASY = {
    "procedure:ho-chieu-pho-thong": "thủ tục làm hộ chiếu phổ thông",
    "procedure:dang-ky-ket-hon": "đăng ký kết hôn cần những gì",
    "procedure:tach-thua-hop-thua": "tách thửa đất cho con",
    "plan:IV.6-3": "đối thoại với doanh nghiệp ít nhất mấy lần một năm",
    "plan:II.6-2.1": "chỉ tiêu hồ sơ xử lý trực tuyến mức độ 4 là bao nhiêu phần trăm",
}


def is_sound(found: Found, library: Library) -> bool:
    """Tell whether a result keeps its promises."""
    known = set(library.content.entries)
    if found.status == "refused":
        return not found.refs and set(found.near) <= known
    if not found.refs or not set(found.refs) <= known or not 0 <= found.confidence <= 1:
        return False
    return found.status == "answered" or 1 <= len(found.refs) <= 3


@pytest.mark.parametrize(("ref", "asked"), EASY.items())
def test_plain_questions_find_their_entry(library: Library, ref: str, asked: str) -> None:
    assert find(library.index, asked).refs[0] == ref


@pytest.mark.parametrize(
    ("meant", "twin"),
    [
        ("xin giấy an toàn thực phẩm ở đâu", "xin giấy ăn toàn thực phẩm ở đâu"),
        ("tách thửa đất cần giấy gì", "tách thửa đặt cần giấy gì"),
        ("cấp lại thẻ bảo hiểm y tế", "cặp lại thẻ bảo hiểm y tế"),
        ("làm hộ chiếu ở đâu", "làm hồ chiếu ở đâu"),
    ],
)
def test_marks_that_make_another_word_are_asked_back(
    library: Library, meant: str, twin: str
) -> None:
    assert find(library.index, meant).status == "answered"
    assert find(library.index, twin).status != "answered"


@settings(max_examples=900)
@given(ANY_TEXT)
def test_any_unicode_gets_a_sound_result(library: Library, text: str) -> None:
    assert is_sound(find(library.index, text), library)


@settings(max_examples=100)
@given(ANY_TEXT, ANY_TEXT)
def test_any_follow_up_gets_a_sound_result(library: Library, text: str, before: str) -> None:
    assert is_sound(find(library.index, text, before), library)


@settings(max_examples=200)
@given(st.data())
def test_the_same_question_in_another_encoding_finds_the_same(
    library: Library, data: st.DataObject
) -> None:
    question = data.draw(st.sampled_from(library.content.questions)).q
    apart = unicodedata.normalize("NFD", question)
    assert find(library.index, apart) == find(library.index, question)


def test_every_reference_the_index_knows_exists(library: Library) -> None:
    lists = {named.ref for named in library.content.lists.values()}
    unasked = {"agency:so-nong-nghiep-va-moi-truong", "agency:so-dan-toc-va-ton-giao"}
    entries = {ref for ref in library.content.entries if not ref.startswith("report:")}
    known = (entries - unasked) | lists
    labels = {label for label in library.index.labels if not label.startswith("refuse:")}
    assert labels == known
