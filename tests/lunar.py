"""The Vietnamese lunar calendar worked out from sun and moon, to hold a library's days against.

After Jean Meeus, Astronomical Algorithms (new moons, chapter 49; the sun's longitude, chapter 25),
for the meridian of UTC+7: the month of the winter solstice is the eleventh, and a leap month is the
first month in a long year that has no major solar term.
"""

from __future__ import annotations

import datetime as dt
import math
from functools import cache

SYNODIC = 29.530588861
ZONE_DAYS = 7 / 24
EPOCH = 2415021
"""The Julian day number of 1 January 1900."""
ORDINAL = dt.date(1900, 1, 1).toordinal()


def new_year(year: int) -> dt.date:
    """Give the first day of the lunar year that begins in a solar year (Tết)."""
    return lunar_day(1, 1, year)


def lunar_day(day: int, month: int, year: int) -> dt.date:
    """Give the solar date of a day of an ordinary (not leap) lunar month of a lunar year."""
    first = _eleventh(year - 1) if month < 11 else _eleventh(year)
    after = (month - 11) % 12
    leap = _leap(year - 1 if month < 11 else year)
    if leap is not None and after >= leap:
        after += 1
    start = _new_moon(round((first + 0.5 - 2451550.09766) / SYNODIC) + after)
    return dt.date.fromordinal(start + day - 1 - EPOCH + ORDINAL)


@cache
def _new_moon(count: int) -> int:
    """Give the local day number of the `count`-th new moon since that of 6 January 2000."""
    t = count / 1236.85
    jde = 2451550.09766 + SYNODIC * count + (0.00015437 - 0.00000015 * t) * t * t
    e = 1 - 0.002516 * t - 0.0000074 * t * t
    sun = math.radians(2.5534 + 29.10535670 * count - 0.0000014 * t * t)
    moon = math.radians(201.5643 + 385.81693528 * count + (0.0107582 + 0.00001238 * t) * t * t)
    lat = math.radians(160.7108 + 390.67050284 * count - (0.0016118 + 0.00000227 * t) * t * t)
    node = math.radians(124.7746 - 1.56375588 * count + 0.0020672 * t * t)
    jde += (
        -0.40720 * math.sin(moon)
        + 0.17241 * e * math.sin(sun)
        + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * lat)
        + 0.00739 * e * math.sin(moon - sun)
        - 0.00514 * e * math.sin(moon + sun)
        + 0.00208 * e * e * math.sin(2 * sun)
        - 0.00111 * math.sin(moon - 2 * lat)
        - 0.00057 * math.sin(moon + 2 * lat)
        + 0.00056 * e * math.sin(2 * moon + sun)
        - 0.00042 * math.sin(3 * moon)
        + 0.00042 * e * math.sin(sun + 2 * lat)
        + 0.00038 * e * math.sin(sun - 2 * lat)
        - 0.00024 * e * math.sin(2 * moon - sun)
        - 0.00017 * math.sin(node)
        + 0.000325 * math.sin(math.radians(299.77 + 0.107408 * count - 0.009173 * t * t))
        + 0.000165 * math.sin(math.radians(251.88 + 0.016321 * count))
        + 0.000164 * math.sin(math.radians(251.83 + 26.651886 * count))
    )
    return math.floor(jde - _delta_t(jde) + ZONE_DAYS + 0.5)


def _delta_t(jde: float) -> float:
    """Give dynamical less universal time, in days (Espenak and Meeus, for 2005 and later)."""
    t = (jde - 2451545.0) / 365.25
    seconds = 62.92 + 0.32217 * t + 0.005589 * t * t
    if t > 50:
        u = (t + 180) / 100
        seconds = -20 + 32 * u * u - 0.5628 * (150 - t)
    return seconds / 86400


def _term(day: int) -> int:
    """Give which of the twelve major solar terms holds at the local midnight that begins a day."""
    t = (day - 0.5 - ZONE_DAYS + _delta_t(day) - 2451545.0) / 36525
    mean = math.radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    longitude = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    longitude += (1.914602 - 0.004817 * t - 0.000014 * t * t) * math.sin(mean)
    longitude += (0.019993 - 0.000101 * t) * math.sin(2 * mean) + 0.000289 * math.sin(3 * mean)
    longitude -= 0.00569 + 0.00478 * math.sin(math.radians(125.04 - 1934.136 * t))
    return math.floor(longitude % 360 / 30)


@cache
def _eleventh(year: int) -> int:
    """Give the local day number on which the eleventh month of a lunar year begins."""
    end = dt.date(year, 12, 31).toordinal() - ORDINAL + EPOCH
    count = math.floor((end - 2451550.09766) / SYNODIC) + 1
    while _new_moon(count) > end:
        count -= 1
    start = _new_moon(count)
    return _new_moon(count - 1) if _term(start) >= 9 else start


@cache
def _leap(year: int) -> int | None:
    """Give how many months after the eleventh of a year the leap month comes; None without one."""
    first, last = _eleventh(year), _eleventh(year + 1)
    if round((last - first) / SYNODIC) < 13:
        return None
    count = round((first + 0.5 - 2451550.09766) / SYNODIC)
    for at in range(1, 14):
        if _term(_new_moon(count + at)) == _term(_new_moon(count + at + 1)):
            return at
    return None
