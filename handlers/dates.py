"""Reads a day people write in words or figures: “16/12”, “thứ sáu tuần sau”, “cuối tháng”. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from handlers.search.syllable import fold

A_DAY = dt.timedelta(days=1)
WEEK = 7
CENTURY, THIS_CENTURY = 100, 2000
"""A year of two figures is one of this century."""
_VI_DAYS = ("hai", "ba", "tu", "nam", "sau", "bay")
_EN_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS: Mapping[str, int] = MappingProxyType(
    {name: day for day, name in enumerate(_VI_DAYS)}
    | {str(day + 2): day for day in range(len(_VI_DAYS))}
    | {name: day for day, name in enumerate(_EN_DAYS)}
    | {"chu nhat": 6, "cn": 6}
)
NEAR: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("hom nay", "bua nay", "today", "nay"), 0)
    | dict.fromkeys(("ngay mai", "mai", "bua mai", "tomorrow"), 1)
    | dict.fromkeys(("ngay kia", "mot", "ngay mot", "bua mot", "day after tomorrow"), 2)
    | dict.fromkeys(("hom qua", "bua qua", "yesterday"), -1)
    | dict.fromkeys(("hom kia", "day before yesterday"), -2)
)
_VI_COUNTS = ("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi")
_EN_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
COUNTS: Mapping[str, int] = MappingProxyType(
    {name: count for names in (_VI_COUNTS, _EN_COUNTS) for count, name in enumerate(names, 1)}
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BEFORE = re.compile(r"^(?:(?:da|thua|den het|den|vao|han|until|till|by|on|the|sang|chieu|trua) )+")
_AFTER = re.compile(r"(?: (?:a|nha|nhe|nghen|nhen|di|please|morning|afternoon))+$")
_CLOCK = re.compile(r"(?:\b(?:luc|at) )?\b([01]?\d|2[0-3])(?: ?(?:h|g|gio)(?![a-z]) ?|:)([0-5]\d)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FULL = re.compile(r"(?:ngay )?(\d{1,2}) ?[/.\-] ?(\d{1,2}) ?[/.\-] ?(\d{4}|\d{2})")
_SHORT = re.compile(r"(?:ngay )?(\d{1,2}) ?[/.\-] ?(\d{1,2})")
_WORDY = re.compile(r"(?:ngay |mung )?(\d{1,2}) thang (\d{1,2})(?: nam (\d{4}))?")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*"
_ENGLISH = re.compile(
    rf"(?:(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?)"
    r"(?: (\d{4}))?"
)
_OF_MONTH = re.compile(
    r"(?:ngay |mung )?(\d{1,2})(?:st|nd|rd|th)?"
    r"(?: (thang nay|thang sau|thang toi|of this month|of next month|next month))?"
)
_WEEKDAY = re.compile(
    r"(?:next |this |coming )?(?:(?:thu |t)(hai|ba|tu|nam|sau|bay|[2-7])|(chu nhat|cn)|"
    rf"({'|'.join(_EN_DAYS)}))"
    r"(?: (tuan nay|nay|toi|tuan sau|tuan toi|next week|this week))?"
)
_NAMED = re.compile(
    rf"(?:(?:thu |t)(hai|ba|tu|nam|sau|bay|[2-7])|(chu nhat|cn|{'|'.join(_EN_DAYS)}))"
    r" (?:ngay )?(\d.*)"
)
_IN = re.compile(r"(?:in )?(\d{1,3}|[a-z]+) (ngay|tuan|days?|weeks?)(?: (?:nua|toi|sau|from now))?")
NEXT_WEEK = frozenset({"tuan sau", "tuan toi", "next week"})


def read_day(text: str, today: dt.date) -> dt.date | None:
    """Give the day some words mean, counted from today; None where they mean none for certain.

    A day without a year is the next one that comes; one in the past is told only with its year.
    A weekday that contradicts its date means nothing.
    """
    words = _CLOCK.sub("", _plain(text)).strip()
    words = _AFTER.sub("", _BEFORE.sub("", words))
    for read in _READERS:
        try:
            day = read(words, today)
        except (ValueError, OverflowError):  # such a day does not exist
            return None
        if day is not None:
            return day
    return None


def read_clock(text: str) -> dt.time | None:
    """Give the time of day that is told beside a day, such as “14h” or “8:30”; None without one."""
    found = _CLOCK.search(_plain(text))
    return dt.time(int(found[1]), int(found[2] or 0)) if found else None


def _plain(text: str) -> str:
    """Lower case, no marks, single spaces: people write a day in every way."""
    words = text.lower().replace(",", " ").strip(" .!?").split()
    return " ".join(fold(word) for word in words)


def _near(words: str, today: dt.date) -> dt.date | None:
    return today + NEAR[words] * A_DAY if words in NEAR else None


def _iso(words: str, today: dt.date) -> dt.date | None:
    del today
    found = _ISO.fullmatch(words)
    return dt.date(*map(int, found.groups())) if found else None


def _full(words: str, today: dt.date) -> dt.date | None:
    del today
    found = _FULL.fullmatch(words)
    if not found:
        return None
    year = int(found[3])
    return dt.date(year if year > CENTURY else THIS_CENTURY + year, int(found[2]), int(found[1]))


def _short(words: str, today: dt.date) -> dt.date | None:
    found = _SHORT.fullmatch(words)
    return _in_year(int(found[1]), int(found[2]), None, today) if found else None


def _wordy(words: str, today: dt.date) -> dt.date | None:
    found = _WORDY.fullmatch(words)
    return _in_year(int(found[1]), int(found[2]), found[3], today) if found else None


def _english(words: str, today: dt.date) -> dt.date | None:
    found = _ENGLISH.fullmatch(words)
    if not found:
        return None
    month = _MONTHS.index(found[2] or found[3]) + 1
    return _in_year(int(found[1] or found[4]), month, found[5], today)


def _in_year(day: int, month: int, year: str | None, today: dt.date) -> dt.date:
    if year:
        return dt.date(int(year), month, day)
    this_year = dt.date(today.year, month, day)
    return this_year if this_year >= today else dt.date(today.year + 1, month, day)


def _of_month(words: str, today: dt.date) -> dt.date | None:
    found = _OF_MONTH.fullmatch(words)
    if not found or words.isdecimal():  # a bare figure may be anything
        return None
    day = today.replace(day=1) if found[2] else today.replace(day=int(found[1]))
    if found[2] in ("thang nay", "of this month"):
        return day.replace(day=int(found[1]))
    late = found[2] is not None or day < today
    return _next_month(day).replace(day=int(found[1])) if late else day


def _next_month(day: dt.date) -> dt.date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return dt.date(year, month, 1)


def _weekday(words: str, today: dt.date) -> dt.date | None:
    found = _WEEKDAY.fullmatch(words)
    if not found:
        return None
    wanted = WEEKDAYS[found[1] or found[2] or found[3]]
    monday = today - today.weekday() * A_DAY
    if found[4] in NEXT_WEEK or words.startswith("next "):
        return monday + (WEEK + wanted) * A_DAY
    day = monday + wanted * A_DAY
    return day if day >= today else day + WEEK * A_DAY


def _named(words: str, today: dt.date) -> dt.date | None:
    """Read a date that comes with its weekday; the two have to agree."""
    found = _NAMED.fullmatch(words)
    day = read_day(found[3], today) if found else None
    if found and day and day.weekday() != WEEKDAYS[found[1] or found[2]]:
        raise ValueError("the weekday is another one")
    return day


def _in_days(words: str, today: dt.date) -> dt.date | None:
    found = _IN.fullmatch(words)
    if not found or words == f"{found[1]} {found[2]}":
        return None
    count = int(found[1]) if found[1].isdecimal() else COUNTS.get(found[1])
    if count is None:
        return None
    return today + count * (WEEK if found[2].startswith(("tuan", "week")) else 1) * A_DAY


def _edge(words: str, today: dt.date) -> dt.date | None:
    """Read the beginning or the end of a week, month, quarter or year."""
    about = words.removesuffix(" nay").replace(" toi", " sau").replace("of the ", "of ")
    friday = dt.timedelta(days=WEEKDAYS["friday"] - today.weekday())
    next_month = _next_month(today)
    quarter = _next_month(today.replace(month=(today.month + 2) // 3 * 3, day=1))
    days = {
        ("cuoi thang", "end of month", "end of this month"): next_month - A_DAY,
        ("cuoi thang sau", "end of next month"): _next_month(next_month) - A_DAY,
        ("dau thang sau", "beginning of next month"): next_month,
        ("cuoi tuan", "end of week", "end of this week"): today + friday,
        ("cuoi tuan sau", "end of next week"): today + friday + WEEK * A_DAY,
        ("cuoi quy", "end of quarter", "end of this quarter"): quarter - A_DAY,
        ("cuoi nam", "end of year", "end of this year"): dt.date(today.year, 12, 31),
    }
    return next((day for names, day in days.items() if about in names), None)


_READERS: tuple[Callable[[str, dt.date], dt.date | None], ...] = (
    *(_near, _iso, _full, _short, _wordy, _english, _of_month, _weekday, _named, _in_days, _edge),
)
