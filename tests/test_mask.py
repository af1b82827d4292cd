"""What tells who somebody is gets covered; what the question is about stays readable."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mask import COVER, mask

DIGITS = st.text("0123456789", min_size=9, max_size=12)
SEPARATORS = st.sampled_from(["", " ", ".", "-", "  ", "\N{NO-BREAK SPACE}", "\N{EN DASH}"])
WORDS = st.sampled_from(
    ["", "tôi ", "Số của tôi: ", "gọi (", "sđt:", "Zalo=", "cccd", "06/4/2016, "]
)
ENDS = st.sampled_from(["", " ạ", ".", ",", ")", " giúp tôi", "/", "nhé"])


def grouped(digits: str, sizes: list[int], separator: str) -> str:
    groups, at = [], 0
    for size in sizes:
        groups.append(digits[at : at + size])
        at += size
    return separator.join(group for group in [*groups, digits[at:]] if group)


@given(WORDS, DIGITS, st.sampled_from([[4, 3], [3, 3, 3], [2, 4], [12]]), SEPARATORS, ENDS)
def test_phone_and_identity_numbers_are_covered(
    before: str, digits: str, sizes: list[int], separator: str, after: str
) -> None:
    assert mask(before + grouped(digits, sizes, separator) + after) == before + COVER + after


@pytest.mark.parametrize(
    "typed", ["+84 912 345 678", "(+84) 912 345 678", "(028) 3822 1234", "+84-28-3822-1234"]
)
def test_a_number_with_its_prefix_is_covered(typed: str) -> None:
    assert not any(char.isdigit() for char in mask(f"Xin gọi {typed} giúp tôi"))


def test_every_number_of_several_is_covered() -> None:
    masked = mask("gọi 0912345678/0987654321 hoặc 0272 3826 160, 079123456789")
    assert not any(char.isdigit() for char in masked)


@given(WORDS, st.emails(), ENDS.filter(lambda end: end[:1] in ("", " ", ",", ")")))
def test_addresses_are_covered(before: str, address: str, after: str) -> None:
    user = address.rpartition("@")[0]
    masked = mask(f"{before} {address}{after}")
    assert COVER in masked
    assert f"{user}@" not in masked


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
@pytest.mark.parametrize("form", ["{0:%d/%m/%Y}", "{0:%d-%m-%Y}", "{0:%d.%m.%Y}", "{0:%Y-%m-%d}"])
def test_dates_stay(form: str, day: dt.date) -> None:
    asked = f"trước ngày {form.format(day)} phải nộp gì?"
    assert mask(asked) == asked


@given(
    st.integers(1, 99_999),
    st.integers(1945, 2100),
    st.sampled_from(["{0}/QĐ-UBND", "{0}/{1}/NĐ-CP", "{0}/{1}/QH15", "{0}c/NQ-CP", "{0}/TB-{1}"]),
)
def test_document_numbers_stay(number: int, year: int, form: str) -> None:
    asked = f"Theo {form.format(number, year)}, tôi phải làm gì?"
    assert mask(asked) == asked


@given(st.decimals(0, 100, places=2), st.integers(1945, 2100), st.integers(0, 5))
def test_percents_and_years_stay(share: object, year: int, years: int) -> None:
    asked = f"{share}% trong giai đoạn {year}-{year + years}, tức {year} - {year + years}"
    assert mask(asked) == asked


@pytest.mark.parametrize("amount", ["12.000.000 đồng", "500.000-1.000.000 đồng", "20.000đ"])
def test_amounts_of_money_stay(amount: str) -> None:
    assert mask(f"phạt {amount} phải không") == f"phạt {amount} phải không"


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text("ăn ngủ, đường!?\n"))
def test_a_text_without_numbers_and_addresses_stays(text: str) -> None:
    assert mask(text) == text
