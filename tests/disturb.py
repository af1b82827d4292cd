"""Types a question worse, in fourteen ways people do: pure functions, repeatable by a seed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from random import Random

from tests.spellings import ABBREVIATED, CHAT, SOUTHERN

Disturbance = Callable[[str, Random], str]
"""Gives the text as it might have been typed; draws from the generator where there is a choice."""

LETTERS_PER_SLIP = 20
_WORD = re.compile(r"[^\W\d_]+")
_TONES = {"\u0301": "s1", "\u0300": "f2", "\u0309": "r3", "\u0303": "x4", "\u0323": "j5"}
"""Each tone mark with its Telex letter and its VNI digit."""
_SHAPES = {"\u0302": ("", "6"), "\u0306": ("w", "8"), "\u031b": ("w", "7")}
"""Each mark of a vowel (â, ă, ơ) with its Telex letter and its VNI digit; "" doubles the vowel."""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def disturb(name: str, text: str, seed: int = 0) -> str:
    """Disturb a text in the way called `name`; the same three arguments give the same text."""
    draw = Random(f"{seed}:{name}:{text}")
    return DISTURBANCES[name](text, draw)


def fold(text: str) -> str:
    """Take all marks off: đường -> duong."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in bare if not unicodedata.combining(char))


def no_accents(text: str, draw: Random) -> str:
    """Leave out every mark."""
    del draw
    return fold(text)


def half_accents(text: str, draw: Random) -> str:
    """Leave out the marks of half the marked words (of one more where they are odd)."""
    text = unicodedata.normalize("NFC", text)
    marked = [match.span() for match in _WORD.finditer(text) if fold(match[0]) != match[0]]
    for begin, end in draw.sample(marked, (len(marked) + 1) // 2):
        text = text[:begin] + fold(text[begin:end]) + text[end:]
    return text


def other_tone_place(text: str, draw: Random) -> str:
    """Put the tone on the other vowel of oa, oe and uy: hòa <-> hoà, khoẻ <-> khỏe."""
    del draw
    return _each_word(text, _move_tone)


def decomposed(text: str, draw: Random) -> str:
    """Write every mark as a sign of its own (NFD), as some phones and Macs do."""
    del draw
    return unicodedata.normalize("NFD", text)


def telex(text: str, draw: Random) -> str:
    """Give the Telex keystrokes, as they appear where no input method was on."""
    del draw
    return _each_word(text, lambda word: _keystrokes(word, by_digit=False))


def vni(text: str, draw: Random) -> str:
    """Give the VNI keystrokes, as they appear where no input method was on."""
    del draw
    return _each_word(text, lambda word: _keystrokes(word, by_digit=True))


def neighbouring_keys(text: str, draw: Random) -> str:
    """Hit the key beside the one meant: a letter in twenty, at least one."""
    return _slips(text, draw, lambda t, i: t[:i] + draw.choice(beside(t[i])) + t[i + 1 :], _has_key)


def dropped_letters(text: str, draw: Random) -> str:
    """Leave out a letter in twenty, at least one, of words of three letters or more."""
    return _slips(text, draw, lambda t, i: t[:i] + t[i + 1 :], _in_long_word)


def doubled_letters(text: str, draw: Random) -> str:
    """Type a letter in twenty twice, at least one."""
    return _slips(text, draw, lambda t, i: t[: i + 1] + t[i:], lambda t, i: t[i].isalpha())


def swapped_letters(text: str, draw: Random) -> str:
    """Type two letters of a word in the wrong order, once in twenty letters, at least once."""
    return _slips(text, draw, lambda t, i: t[:i] + t[i + 1] + t[i] + t[i + 2 :], _differs_from_next)


def chat_spelling(text: str, draw: Random) -> str:
    """Write as in a chat: ko, dc, j, z, bn, ntn."""
    del draw
    return _respelled(text, CHAT)


def abbreviated(text: str, draw: Random) -> str:
    """Write what officials abbreviate: UBND, TTHC, CCHC, GCN, BHXH."""
    del draw
    return _respelled(text, ABBREVIATED)


def southern(text: str, draw: Random) -> str:
    """Write as people in the south speak: sanh, hông, nhứt, mần, vô."""
    del draw
    return _respelled(text, SOUTHERN)


def shouted(text: str, draw: Random) -> str:
    """Write in capitals, with spaces and signs too many."""
    words = [word + draw.choice(("", "", ",", " !", "..")) for word in text.upper().split()]
    spaced = "".join(word + draw.choice((" ", " ", "  ", "   ")) for word in words)
    return spaced.rstrip() + draw.choice(("!!!", "???", " ?!?!", "......")) if words else text


DISTURBANCES: Mapping[str, Disturbance] = {
    "no accents": no_accents,
    "half the words without accents": half_accents,
    "old/new tone placement swapped": other_tone_place,
    "NFD": decomposed,
    "raw Telex": telex,
    "raw VNI": vni,
    "neighbouring key": neighbouring_keys,
    "dropped letter": dropped_letters,
    "doubled letter": doubled_letters,
    "swapped letters": swapped_letters,
    "chat spelling": chat_spelling,
    "official abbreviations": abbreviated,
    "southern spelling": southern,
    "ALL CAPS, signs, spaces": shouted,
}
ACCENTS_ONLY = tuple(DISTURBANCES)[:4]
"""The ways that change marks and nothing else."""


def _each_word(text: str, change: Callable[[str], str]) -> str:
    return _WORD.sub(lambda match: change(match[0]), unicodedata.normalize("NFC", text))


def _move_tone(word: str) -> str:
    """Move the tone of a word that ends in oa, oe or uy; qu is a consonant, so quý stays."""
    signs = unicodedata.normalize("NFD", word)
    tone = next((sign for sign in signs if sign in _TONES), "")
    bare = signs.replace(tone, "") if tone else signs
    if not tone or not re.search(r"(?<![uoi])o[ae]$|(?<![qaâueoi])uy$", bare, re.IGNORECASE):
        return word
    on_last = signs.endswith(tone)
    moved = bare[:-1] + tone + bare[-1] if on_last else bare + tone
    return unicodedata.normalize("NFC", moved)


def _keystrokes(word: str, *, by_digit: bool) -> str:
    """Spell a word by keys: marks right behind their letter, the tone at the end of the word."""
    keys, tone = "", ""
    # ươ is typed with one mark for both letters: uow, uo7.
    short = _toneless(word).replace("ươ", "uơ").replace("ƯƠ", "UƠ").replace("Ươ", "Uơ")
    for sign in unicodedata.normalize("NFD", word):
        tone = _TONES[sign][by_digit] if sign in _TONES else tone
    for sign in unicodedata.normalize("NFD", short):
        if sign in "đĐ":
            keys += ("d" if sign == "đ" else "D") + ("9" if by_digit else "d")
        elif sign in _SHAPES:
            keys += _SHAPES[sign][by_digit] or keys[-1].lower()
        else:
            keys += sign
    return keys + tone


def _toneless(word: str) -> str:
    signs = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(sign for sign in signs if sign not in _TONES))


def beside(key: str) -> str:
    """Name the letters whose keys touch that of `key`, left, right, above and below."""
    for row, letters in enumerate(_ROWS):
        at = letters.find(key.lower())
        if at >= 0:
            sides = letters[max(at - 1, 0) : at] + letters[at + 1 : at + 2]
            return sides + _above(row, at) + _below(row, at)
    return ""


def _above(row: int, at: int) -> str:
    return _ROWS[row - 1][at : at + 2] if row else ""


def _below(row: int, at: int) -> str:
    return _ROWS[row + 1][max(at - 1, 0) : at + 1] if row + 1 < len(_ROWS) else ""


def _slips(
    text: str,
    draw: Random,
    slip: Callable[[str, int], str],
    possible: Callable[[str, int], bool],
) -> str:
    """Make as many slips as the text has letters for, from the end so that places stay true.

    Places lie at least two apart, so that one slip never undoes another.
    """
    text = unicodedata.normalize("NFC", text)
    letters = sum(char.isalpha() for char in text)
    places = [at for at in range(len(text)) if possible(text, at)]
    chosen: list[int] = []
    for at in draw.sample(places, len(places)):
        if len(chosen) < max(letters // LETTERS_PER_SLIP, 1) and _apart(at, chosen):
            chosen.append(at)
    for at in sorted(chosen, reverse=True):
        text = slip(text, at)
    return text


def _apart(at: int, chosen: list[int]) -> bool:
    return all(abs(at - other) > 2 for other in chosen)


def _has_key(text: str, at: int) -> bool:
    return bool(beside(text[at]))


def _in_long_word(text: str, at: int) -> bool:
    word = next((m for m in _WORD.finditer(text) if m.start() <= at < m.end()), None)
    return word is not None and len(word[0]) >= 3


def _differs_from_next(text: str, at: int) -> bool:
    pair = text[at : at + 2]
    return len(pair) == 2 and pair.isalpha() and pair[0].lower() != pair[1].lower()


def _respelled(text: str, spellings: Mapping[str, str]) -> str:
    """Put the other spelling for every phrase of the list, the longest first."""
    return _pattern(spellings).sub(
        lambda match: spellings[match[0].lower()], unicodedata.normalize("NFC", text)
    )


def _pattern(spellings: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_longest_first(spellings))})\b", re.IGNORECASE)


def _longest_first(spellings: Mapping[str, str]) -> Iterator[str]:
    yield from map(re.escape, sorted(spellings, key=len, reverse=True))
