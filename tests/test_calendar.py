"""Working days and due days: never a day off, in order, each explained; lunar days twice over."""

from __future__ import annotations

import datetime as dt

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalogue import translator
from content.load import load
from content.reports import Calendar, SpecialDay
from content.whole import HERE, Content
from handlers.dates import read_day
from handlers.reports.due import obligations, periods, why, working_days
from handlers.reports.notices import simulate
from handlers.reports.working_days import WorkingDays
from tests.lunar import lunar_day, new_year

CONTENT = load(HERE)
DAYS = working_days(CONTENT)
YEARS = range(2000, 2101)
ANY_DAY = st.dates(dt.date(2000, 2, 1), dt.date(2100, 11, 30))
A_DAY = dt.timedelta(days=1)


@pytest.fixture
def content() -> Content:
    return CONTENT


def named(words: str) -> dict[int, dt.date]:
    """Give the library's days of a name, by year; days off in their place have other names."""
    found = holidays.country_holidays("VN", years=YEARS, language="vi").items()
    return {day.year: day for day, name in found if words in name and "nghỉ bù" not in name}


def test_tet_is_where_sun_and_moon_say() -> None:
    eves = named("Giao thừa Tết Nguyên Đán")
    differ = [year for year in YEARS if eves[year] + A_DAY != new_year(year)]
    assert differ == []


def test_gio_to_is_where_sun_and_moon_say() -> None:
    # It has been a day off since 2007.
    found = named("Ngày Giỗ Tổ Hùng Vương")
    differ = [year for year in YEARS if year >= 2007 and found[year] != lunar_day(10, 3, year)]
    assert differ == []


def test_the_trap_of_2030_is_not_stepped_into() -> None:
    assert new_year(2030) == dt.date(2030, 2, 2)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        *(("2026-01-02", False), ("2026-01-10", True), ("2026-08-31", False)),
        *(("2026-08-22", True), ("2026-11-24", False), ("2026-02-16", False)),
        *(("2026-02-23", True), ("2026-04-27", False), ("2025-05-02", False)),
        *(("2025-04-26", True), ("2026-11-25", True), ("2026-11-28", False)),
    ],
)
def test_announced_days_are_known(day: str, works: bool) -> None:
    assert DAYS.works(dt.date.fromisoformat(day)) is works


def test_worked_saturdays_are_known_whatever_year_is_asked_first() -> None:
    assert WorkingDays(Calendar()).works(dt.date(2026, 8, 22))


@given(ANY_DAY, st.integers(-30, 30))
def test_counting_lands_on_worked_days_and_back(day: dt.date, count: int) -> None:
    base = DAYS.next(day)
    there = DAYS.add(base, count)
    assert DAYS.works(there)
    assert DAYS.add(there, -count) == base
    if count > 0:
        assert DAYS.between(base, there) == count


@given(ANY_DAY)
def test_shifting_never_skips_a_worked_day(day: dt.date) -> None:
    later, before = DAYS.next(day), DAYS.previous(day)
    assert before <= day <= later
    assert DAYS.works(later)
    assert DAYS.works(before)
    assert DAYS.between(before, later) == (0 if DAYS.works(day) else 1)


@given(ANY_DAY, st.booleans())
def test_a_special_day_wins(day: dt.date, off: bool) -> None:
    special = (SpecialDay(date=day, reason="r", source="s", confirm=False),)
    known = Calendar(days_off=special) if off else Calendar(days_worked=special)
    assert WorkingDays(known).works(day) is not off


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_hundred_years_of_due_days_are_worked_in_order_and_explained(
    content: Content, lang: str
) -> None:
    t = translator(lang)
    found = periods(content, dt.date(2016, 4, 6), dt.date(2100, 12, 31))
    assert [p.due.day for p in found] == sorted(p.due.day for p in found)
    for period in found:
        due = period.due
        assert DAYS.works(due.day)
        assert due.base <= due.day <= due.base + 12 * A_DAY
        told = why(due, content, t)
        assert t.date(due.base) in told
        if due.day != due.base:
            assert t.date(due.day) in told
        if period.window:
            assert DAYS.between(period.window[1], due.day) >= 1
        if period.province:
            assert due.day <= period.province.day


def test_the_dates_of_the_guidance_are_met(content: Content) -> None:
    found = {p.key: p for p in periods(content, dt.date(2026, 12, 1), dt.date(2028, 12, 31))}
    province = {k: p.province.day.isoformat() for k, p in found.items() if p.province}
    assert (found["nam/2026"].due.day, province["nam/2026"]) == (
        dt.date(2026, 12, 16),
        "2026-12-21",
    )
    assert (found["quy-3/2028"].due.day, province["quy-3/2028"]) == (
        dt.date(2028, 9, 18),
        "2028-09-20",
    )
    assert province["quy-1/2027"] == "2027-03-22"
    assert province["6-thang/2027"] == "2027-06-21"


def test_bodies_report_while_they_exist(content: Content) -> None:
    def owing(year: int, month: int) -> set[str]:
        first = dt.date(year, month, 1)
        return {one.agency for one in obligations(content, first, first + 27 * A_DAY)}

    assert {"huyen-ben-luc", "so-ke-hoach-va-dau-tu"} <= owing(2024, 12)
    spring = owing(2025, 3)
    assert "so-ke-hoach-va-dau-tu" not in spring
    assert "huyen-ben-luc" in spring
    assert not {agency for agency in owing(2025, 9) if agency.startswith(("huyen", "tp-", "tx-"))}


@given(st.integers(2019, 2099))
def test_no_notice_falls_in_quiet_hours_or_on_a_day_off(year: int) -> None:
    owed = obligations(CONTENT, dt.date(year, 4, 1), dt.date(year + 1, 3, 31))
    one_body = [one for one in owed if one.agency == "so-tu-phap"]
    notices = simulate(CONTENT, one_body)
    assert len(notices) > 20
    for notice in notices:
        assert DAYS.works(notice.at.date())
        assert dt.time(7, 30) <= notice.at.time() < dt.time(18)


TODAY = dt.date(2026, 11, 25)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        *(
            ("thứ sáu tuần sau", "2026-12-04"),
            ("16/12", "2026-12-16"),
            ("cuối tháng", "2026-11-30"),
        ),
        *(
            ("mai", "2026-11-26"),
            ("31/2", None),
            ("ngày 5", "2026-12-05"),
            ("5 ngày nữa", "2026-11-30"),
        ),
        *(("1/1", "2027-01-01"), ("ngày 16 tháng 12", "2026-12-16"), ("16.12.26", "2026-12-16")),
        *(("thu 6 tuan toi", "2026-12-04"), ("Chủ nhật", "2026-11-29"), ("29/2/2027", None)),
        *(("next friday", "2026-12-04"), ("khi nào xong", None), ("", None), ("32/13", None)),
    ],
)
def test_days_in_words_are_read(words: str, day: str | None) -> None:
    found = read_day(words, TODAY)
    assert (found.isoformat() if found else None) == day


@given(st.text(max_size=60), st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1)))
def test_any_words_give_a_day_or_none(words: str, today: dt.date) -> None:
    assert read_day(words, today) is None or isinstance(read_day(words, today), dt.date)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2098, 1, 1)), st.integers(0, 365))
def test_a_written_day_reads_back(today: dt.date, ahead: int) -> None:
    day = today + ahead * A_DAY
    assert read_day(f"{day:%d/%m/%Y}", today) == day
    assert read_day(day.isoformat(), today) == day
    assert read_day(f"ngày {day.day}/{day.month}/{day.year}", today) == day
