"""The bot's own sentences: Babel catalogues, English msgids, Vietnamese authoritative."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_percent

LOCALE = Path(__file__).parent / "locale"
LANGS = ("vi", "en")


def msg(text: str) -> str:
    """Mark a sentence for the catalogue where it is only named, and said elsewhere."""
    return text


@cache
def read_catalogue(lang: str) -> Catalog:
    """Read the sentences of a language."""
    with (LOCALE / f"{lang}.po").open("rb") as file:
        return read_po(file, locale=lang)


@dataclass(frozen=True)
class Translator:
    """Says the bot's own sentences in one language."""

    lang: str

    def __call__(self, msgid: str, **values: object) -> str:
        """Give the sentence in this language, with `values` put in."""
        found = read_catalogue(self.lang).get(msgid)
        text = found.string if found and isinstance(found.string, str) and found.string else msgid
        return text.format(**values) if values else text

    def date(self, day: dt.date) -> str:
        """Write a date as people of this language do."""
        return format_date(day, "dd/MM/yyyy" if self.lang == "vi" else "d MMM y", self.lang)

    def weekday(self, day: dt.date) -> str:
        """Name the day of the week, such as “Thứ Hai”."""
        return format_date(day, "EEEE", self.lang)

    def full_date(self, day: dt.date) -> str:
        """Write a date with its day of the week."""
        return f"{self.weekday(day)} {self.date(day)}"

    def percent(self, share: float) -> str:
        """Write a share (0..1) as a percentage."""
        return format_percent(share, locale=self.lang)


def translator(lang: str) -> Translator:
    """Give the translator of a language, Vietnamese for one the bot does not know."""
    return Translator(lang if lang in LANGS else "vi")
