"""Buttons where there are none: numbered lines below a text, and what somebody types for one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.parts import parts, units
from content.catalogue import translator

LONGEST_CHOICE = 300
"""Characters of what may be a choice; no label is longer."""
NO_FILES: Mapping[str, str] = {
    "vi": "Zalo không nhận được tệp từ trợ lý, nên không gửi kèm được: {names}",
    "en": "Zalo takes no files from me, so this could not come along: {names}",
}
"""What stands in the place of files, in each language."""
_NUMBER = re.compile(r"(?:(?:so|chon|number|no)\b[ .]*)*[(]?([0-9]{1,3}) ?[).:]?")
_STAR = "★"
_LISTED = re.compile(r"^ *([0-9]{1,2})[.)] ", re.MULTILINE)
"""A line of a list in the words themselves."""
_KEYCAP = str.maketrans("", "", "\ufe0f\u20e3")
"""What makes a digit of the keyboard of emojis: 2️⃣ is a 2 that was drawn."""
Choice = tuple[str, str]
"""A label, and the action behind it."""
Rows = Sequence[Sequence[Mapping[str, str]]]
"""A message's buttons, as they are kept and queued."""


def choices(rows: Rows, text: str = "") -> dict[int, Choice]:
    """Give what can be chosen, by the number that stands before it.

    Stars are numbered by how many they are: whoever types 5 means five. Below a text that is a
    numbered list the numbers go on, so that each means one thing.
    """
    found = [(one["label"], one["action"]) for row in rows for one in row if "action" in one]
    if found and all(set(label) == {_STAR} for label, _ in found):
        return {len(label): (label, action) for label, action in found}
    return dict(enumerate(found, 1 + max(map(int, _LISTED.findall(text)), default=0)))


def menu(rows: Rows, lang: str, text: str = "") -> str:
    """Write buttons as lines: those that do something numbered, those that lead somewhere bare."""
    offered = choices(rows, text)
    lines = [f"{number}. {label}" for number, (label, _) in offered.items()]
    links = [f"{one['label']}: {one['url']}" for row in rows for one in row if "url" in one]
    t = translator(lang)
    hint = [t("Type a number to choose, or another question.")] if offered else []
    return "\n".join((*links, *lines, *hint))


def messages(body: Mapping[str, Any], lang: str, limit: int) -> list[str]:
    """Give the messages of a reply, each of at most `limit` UTF-16 units, its menu in the last."""
    text = _composed("\n\n".join(_told(body, lang)))
    below = _composed(menu(body.get("buttons", ()), lang, str(body.get("text", ""))))
    above = parts(text, limit)
    if not below:
        return above
    last = f"{above[-1]}\n\n{below}" if above else below
    if units(last) <= limit:
        return [*above[:-1], last]
    return [*above, *parts(below, limit)]


def chosen(text: str, rows: Rows, above: str = "") -> Choice | None:
    """Find the choice somebody typed, by its number or its label, with accents or without.

    `above` are the words that stood above the choices.
    """
    if not text or len(text) > LONGEST_CHOICE or text.startswith("/"):
        return None
    offered = choices(rows, above)
    typed = plain(text)
    if number := _NUMBER.fullmatch(typed):
        return offered.get(int(number[1]))
    for reading in (_bare, plain, _letters):
        meant = [one for one in offered.values() if reading(one[0]) == reading(text) != ""]
        if len(meant) == 1:  # two that read the same decide nothing
            return meant[0]
    return None


def plain(text: str) -> str:
    """Give a text in small letters without accents: `Đồng ý` -> `dong y`."""
    apart = unicodedata.normalize("NFD", _bare(text).replace("đ", "d"))
    return "".join(char for char in apart if not unicodedata.combining(char))


def _bare(text: str) -> str:
    """Give a text in small letters, written in the one way Unicode prefers."""
    whole = unicodedata.normalize("NFKC", text.translate(_KEYCAP))
    return " ".join(whole.casefold().split())


def _letters(text: str) -> str:
    """Give nothing but letters and figures: nobody types the 👍 or the dots of a label."""
    return " ".join("".join(c if c.isalnum() else " " for c in plain(text)).split())


def _told(body: Mapping[str, Any], lang: str) -> Iterator[str]:
    if body.get("text"):
        yield str(body["text"])
    if names := _names(body.get("files", ())):
        yield NO_FILES["en" if lang == "en" else "vi"].format(names=names)


def _names(files: Iterable[Mapping[str, str]]) -> str:
    return ", ".join(file["name"] for file in files)


def _composed(text: str) -> str:
    """Compose accents: apart from their letters they would count as characters."""
    return unicodedata.normalize("NFC", text)
