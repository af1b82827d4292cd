"""An office with the staff of one body and the coordinator, for tests of reports."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.library import Library
from tests.office import Office
from tests.talk import Talk

BODY = "so-tu-phap"
KEY = f"quy-1/2026:{BODY}"
PDF = b"%PDF-1.7 report"


@pytest.fixture
def office(library: Library, tmp_path: Path) -> Iterator[Office]:
    with Office(library, tmp_path) as office:
        office.person("hoa", "focal", BODY)
        office.person("minh", "deputy", BODY)
        office.person("tam", "head", BODY)
        office.person("binh", "coordinator")
        office.tick()
        yield office


def sheet_of(talk: Talk) -> list[tuple[Any, ...]]:
    """Give the rows of the spreadsheet somebody was sent."""
    book = openpyxl.load_workbook(io.BytesIO(talk.taken.files[0].data))
    return list(book.worksheets[0].iter_rows(values_only=True))
