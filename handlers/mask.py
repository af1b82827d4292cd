"""Covers identity and phone numbers in what people type, before it is kept anywhere."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(?<![\w/])\+?\d(?:[ .\-]?\d){7,18}(?![\w/])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
COVER = "•••"


def mask(text: str) -> str:
    """Replace numbers of 8 to 19 digits (phones, CCCD 12, CMND 9, accounts) and e-mail addresses.

    A document number such as 1346/QĐ-UBND and a date such as 06/04/2016 stay readable.
    """
    return _MAIL.sub(COVER, _DIGITS.sub(COVER, text))
