"""Reads a day people write in words or figures: “16/12”, “thứ sáu tuần sau”, “cuối tháng”. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

A_DAY = dt.timedelta(days=1)
WEEK = 7
CENTURY, THIS_CENTURY = 100, 2000
"""A year of two figures is one of this century."""
WEEKDAYS: Mapping[str, int] = MappingProxyType(
    {
        "hai": 0,
        "2": 0,
        "ba": 1,
        "3": 1,
        "tu": 2,
        "4": 2,
        "nam": 3,
        "5": 3,
        "sau": 4,
        "6": 4,
        "bay": 5,
        "7": 5,
        "monday": 0,
        "tuesday": 1,
        "wednesday": 2,
        "thursday": 3,
        "friday": 4,
        "saturday": 5,
        "sunday": 6,
        "chu nhat": 6,
        "cn": 6,
    }
)
NEAR: Mapping[str, int] = MappingProxyType(
    {
        "hom nay": 0,
        "bua nay": 0,
        "today": 0,
        "ngay mai": 1,
        "mai": 1,
        "bua mai": 1,
        "tomorrow": 1,
        "ngay kia": 2,
        "mot": 2,
        "ngay mot": 2,
    }
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FULL = re.compile(r"(?:ngay )?(\d{1,2}) ?[/.\-] ?(\d{1,2}) ?[/.\-] ?(\d{4}|\d{2})")
_SHORT = re.compile(r"(?:ngay )?(\d{1,2}) ?[/.\-] ?(\d{1,2})")
_WORDY = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2})(?: nam (\d{4}))?")
_THIS_MONTH = re.compile(r"ngay (\d{1,2})(?: thang nay)?")
_WEEKDAY = re.compile(
    r"(?:thu (hai|ba|tu|nam|sau|bay|[2-7])|(chu nhat|cn)|"
    r"(?:next )?(monday|tuesday|wednesday|thursday|friday|saturday|sunday))"
    r"(?: (tuan nay|tuan sau|tuan toi|next week))?"
)
_IN = re.compile(r"(\d{1,3}) (ngay|tuan|days?|weeks?) (?:nua|toi|sau|from now)|in (\d{1,3}) days?")


def read_day(text: str, today: dt.date) -> dt.date | None:
    """Give the day some words mean, counted from today; None where they mean none.

    A day without a year is the next one that comes; one in the past is told only with its year.
    """
    words = _plain(text)
    for read in _READERS:
        try:
            day = read(words, today)
        except (ValueError, OverflowError):  # such a day does not exist
            return None
        if day is not None:
            return day
    return None


def _plain(text: str) -> str:
    """Lower case, no marks, single spaces: people write a day in every way."""
    apart = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(bare.replace(",", " ").strip(" .!").split())


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
    return _coming(int(found[1]), int(found[2]), today) if found else None


def _wordy(words: str, today: dt.date) -> dt.date | None:
    found = _WORDY.fullmatch(words)
    if not found:
        return None
    if found[3]:
        return dt.date(int(found[3]), int(found[2]), int(found[1]))
    return _coming(int(found[1]), int(found[2]), today)


def _this_month(words: str, today: dt.date) -> dt.date | None:
    found = _THIS_MONTH.fullmatch(words)
    if not found:
        return None
    day = today.replace(day=int(found[1]))
    return day if day >= today else _next_month(day)


def _next_month(day: dt.date) -> dt.date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return dt.date(year, month, day.day)


def _coming(day: int, month: int, today: dt.date) -> dt.date:
    this_year = dt.date(today.year, month, day)
    return this_year if this_year >= today else dt.date(today.year + 1, month, day)


def _weekday(words: str, today: dt.date) -> dt.date | None:
    found = _WEEKDAY.fullmatch(words)
    if not found:
        return None
    wanted = WEEKDAYS[found[1] or found[2] or found[3]]
    monday = today - today.weekday() * A_DAY
    if found[4] in ("tuan sau", "tuan toi", "next week") or words.startswith("next "):
        return monday + (WEEK + wanted) * A_DAY
    day = monday + wanted * A_DAY
    return day if day >= today else day + WEEK * A_DAY


def _in_days(words: str, today: dt.date) -> dt.date | None:
    found = _IN.fullmatch(words)
    if not found:
        return None
    count = int(found[1] or found[3])
    return today + count * (WEEK if (found[2] or "").startswith(("tuan", "week")) else 1) * A_DAY


def _end_of(words: str, today: dt.date) -> dt.date | None:
    last = calendar.monthrange(today.year, today.month)[1]
    match words:
        case "cuoi thang" | "cuoi thang nay" | "end of month" | "end of the month":
            return today.replace(day=last)
        case "cuoi thang sau":
            first = _next_month(today.replace(day=1))
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
        case "cuoi tuan" | "cuoi tuan nay" | "end of week":
            return _weekday("thu 6", today)
        case "cuoi nam" | "end of year":
            return dt.date(today.year, 12, 31)
    return None


_READERS: tuple[Callable[[str, dt.date], dt.date | None], ...] = (
    *(_near, _iso, _full, _short, _wordy, _this_month, _weekday, _in_days, _end_of),
)
