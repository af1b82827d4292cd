"""Covers identity and phone numbers in what people type, before it is kept anywhere."""

from __future__ import annotations

import re

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20|21)\d\d"
_AMOUNT = r"\d{1,3}(?:\.\d{3})+"
_KEPT = (
    rf"{_DAY}(?P<sep>[./-]){_MONTH}(?P=sep){_YEAR}(?![.-]?\d)|{_YEAR}-{_MONTH}-{_DAY}(?![.-]?\d)"
    rf"|{_YEAR} ?[-–] ?{_YEAR}(?![.-]?\d)|(?:{_AMOUNT} ?[-–] ?)?{_AMOUNT}(?= ?(?:đ|vnd|triệu))"
)
"""Dates, spans of years and amounts of money: long numbers that say nothing of a person."""
_NUMBER = r"(?:\(\+?\d{1,4}\) ?|\+)?\d(?:(?:[ \u00a0]{1,2}|[.\-–])?\d){7,18}(?!\d)"
_MAIL = r"(?<![\w.+-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+"
_ALL = re.compile(rf"(?P<mail>{_MAIL})|(?<!\d)(?P<kept>{_KEPT})|(?<!\d){_NUMBER}", re.IGNORECASE)
COVER = "•••"


def mask(text: str) -> str:
    """Replace numbers of 8 to 19 digits (phones, CCCD 12, CMND 9, accounts) and e-mail addresses.

    A document number such as 1346/QĐ-UBND and a date such as 06/04/2016 stay readable.
    """
    return _ALL.sub(lambda found: found["kept"] or COVER, text)
