"""The bot's own sentences: Babel catalogues, English msgids, Vietnamese authoritative."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache, lru_cache
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


@cache
def _sentences(lang: str) -> dict[str, str]:
    """Give each sentence of a language by its English one; Babel's own search is slow."""
    found = ((one.id, one.string) for one in read_catalogue(lang) if one.id)
    return {
        msgid: text for msgid, text in found if isinstance(msgid, str) and isinstance(text, str)
    }


@dataclass(frozen=True)
class Translator:
    """Says the bot's own sentences in one language."""

    lang: str

    def __call__(self, msgid: str, **values: object) -> str:
        """Give the sentence in this language, with `values` put in."""
        text = _sentences(self.lang).get(msgid, msgid)
        return text.format(**values) if values else text

    def date(self, day: dt.date) -> str:
        """Write a date as people of this language do."""
        return _date(day, "dd/MM/yyyy" if self.lang == "vi" else "d MMM y", self.lang)

    def weekday(self, day: dt.date) -> str:
        """Name the day of the week, such as “Thứ Hai”."""
        return _date(day, "EEEE", self.lang)

    def full_date(self, day: dt.date) -> str:
        """Write a date with its day of the week."""
        return f"{self.weekday(day)} {self.date(day)}"

    def percent(self, share: float) -> str:
        """Write a share (0..1) as a percentage."""
        return format_percent(share, locale=self.lang)


@lru_cache(maxsize=1000)
def _date(day: dt.date, pattern: str, lang: str) -> str:
    """Write a date by a pattern; many messages speak of the same few days."""
    return format_date(day, pattern, lang)


def translator(lang: str) -> Translator:
    """Give the translator of a language, Vietnamese for one the bot does not know."""
    return Translator(lang if lang in LANGS else "vi")
