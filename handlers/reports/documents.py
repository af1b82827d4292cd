"""Reads what proves a submission: a document's number and date, or a file by its content."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass

from handlers.dates import read_day

_NUMBER = re.compile(
    r"(?<!\S)(?:số:?\s*)?(\d{1,6}\s?/\s?[A-ZĐa-zđ][\w\-&.Đđ]{1,40})", re.IGNORECASE
)
_DATED = re.compile(
    r"(?:ngày|ngay|dated|on)?\s*(\d{1,2}\s?[/.\-]\s?\d{1,2}(?:\s?[/.\-]\s?\d{2,4})?)"
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD, _SHEET = "word/document.xml", "xl/workbook.xml"
MOST_ENTRIES = 2000
"""Parts of an Office file that are looked at; more is no ordinary document."""


@dataclass(frozen=True)
class Paper:
    """A document as told: its number and its date (None where none was told)."""

    number: str
    day: dt.date | None


def read_paper(text: str, today: dt.date) -> Paper | None:
    """Find a document's number, such as 123/BC-STP, and its date; None where there is no number."""
    found = _NUMBER.search(text)
    if not found:
        return None
    rest = text[: found.start()] + " " + text[found.end() :]
    return Paper(re.sub(r"\s", "", found[1]), _past_day(rest, today))


def _past_day(text: str, today: dt.date) -> dt.date | None:
    """Read a date that lies behind us: a document is dated before it is sent."""
    found = _DATED.search(text)
    day = read_day(found[1] if found else text.strip(" ,.;"), today)
    if day is not None and day > today and day.year == today.year + 1:
        day = day.replace(year=today.year)
    return day if day is not None and day <= today else None


def file_type(data: bytes) -> str | None:
    """Name a file's type by its content, if it is one a report comes in; None for all others."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(_OLE):
        return "application/x-ole-storage"  # .doc and .xls of old
    return _office(data) if data.startswith(b"PK\x03\x04") else None


def _office(data: bytes) -> str | None:
    """Look into the list of an Office file; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()[:MOST_ENTRIES]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    base = "application/vnd.openxmlformats-officedocument"
    if _WORD in names:
        return f"{base}.wordprocessingml.document"
    if _SHEET in names:
        return f"{base}.spreadsheetml.sheet"
    if "mimetype" in names and "content.xml" in names:
        return "application/vnd.oasis.opendocument"
    return None
