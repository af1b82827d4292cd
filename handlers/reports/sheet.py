"""Tables as a spreadsheet file, with formulas defused: what people wrote stays text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 60
_CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)}


def sheet(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write one table; its first row is the head and stays in sight."""
    lines = [[_plain(value) for value in row] for row in rows]
    book = Workbook(write_only=True)
    page = book.create_sheet(title[:31])
    page.freeze_panes = "A2"
    for number, name in enumerate(head):
        longest = max([len(name), *(len(str(line[number])) for line in lines)])
        page.column_dimensions[get_column_letter(number + 1)].width = min(longest + 2, _WIDEST)
    page.append([_cell(page, name, bold=True) for name in head])
    for line in lines:
        page.append([_cell(page, value) for value in line])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _plain(value: Any) -> Any:
    return value.translate(_CONTROL) if isinstance(value, str) else value


def _cell(page: Any, value: Any, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it begins with
    if bold:
        cell.font = Font(bold=True)
    return cell
