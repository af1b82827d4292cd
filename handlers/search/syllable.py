"""Takes Vietnamese syllables apart: letters, tone, raw Telex and VNI typing.

Everything here is a pure function over one word. A *key* is the syllable with its tone moved to
the end as a digit (hoà, hòa -> "hoa2"): two ways to place a tone mark give one key, while đất
("đât5") and đặt ("đăt5") stay apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

_TONES = {"\u0300": "2", "\u0301": "1", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_ONSETS = "b|ch|c|d|đ|gi|gh|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x|"  # as in the primer
_RIMES = (
    "a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|ăc|ăm|ăn|ăng|ăp|ăt|âc|âm|ân|âng|âp|ât|âu|ây|"
    "e|ec|em|en|eng|eo|ep|et|ê|êch|êm|ên|ênh|êp|êt|êu|i|ia|ich|iêc|iêm|iên|iêng|iêp|iêt|iêu|"
    "im|in|inh|ip|it|iu|o|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oăc|oăm|oăn|oăng|"
    "oăt|oc|oe|oen|oeo|oet|oi|om|on|ong|ooc|oong|op|ot|ô|ôc|ôi|ôm|ôn|ông|ôp|ôt|ơ|ơi|ơm|ơn|ơp|"
    "ơt|u|ua|uân|uâng|uât|uây|uc|uê|uêch|uênh|ui|um|un|ung|uơ|uôc|uôi|uôm|uôn|uông|uôt|up|ut|uy|"
    "uya|uych|uyêt|uyên|uynh|uyt|uyu|ư|ưa|ưc|ưi|ưng|ươc|ươi|ươm|ươn|ương|ươp|ươt|ươu|ưt|ưu|y|yêm|"
    "yên|yêt|yêu|yêng|ât|êt|anh|ênh|iên"
)
_SYLLABLE = re.compile(f"^({_ONSETS})({_RIMES})$")


@lru_cache(maxsize=65536)
def key(word: str) -> str:
    """Give the word with its tone as a last digit ("" for the level tone): hoà -> hoa2."""
    tone = ""
    letters = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = _TONES[char]
        else:
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters)) + tone


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Give the word without any mark: đường -> duong."""
    plain = unicodedata.normalize("NFD", word.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in plain if not unicodedata.combining(char))


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Tell whether the word, with its marks, can be a Vietnamese syllable."""
    return _SYLLABLE.match(key(word).rstrip("12345")) is not None


@cache
def _plain_syllables() -> frozenset[str]:
    onsets = _ONSETS.split("|")
    return frozenset(fold(onset + rime) for onset in onsets for rime in _RIMES.split("|"))


def is_plain_syllable(word: str) -> bool:
    """Tell whether the word without marks can be a Vietnamese syllable without its marks."""
    return word in _plain_syllables()


_TELEX_TONE = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONE = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_TELEX_MARKS = (
    ("dd", "đ"),
    ("uow", "ươ"),
    ("uwow", "ươ"),
    ("aa", "â"),
    ("aw", "ă"),
    ("ee", "ê"),
    ("oo", "ô"),
    ("ow", "ơ"),
    ("uw", "ư"),
)
_VNI_MARKS: tuple[tuple[str, str], ...] = (
    ("d9", "đ"),
    ("uo7", "ươ"),
    ("a6", "â"),
    ("a8", "ă"),
    ("e6", "ê"),
    ("o6", "ô"),
    ("o7", "ơ"),
    ("u7", "ư"),
)
_VOWELS = "aăâeêioôơuưy"
_PLAIN_VOWELS = "aeiouy"


@lru_cache(maxsize=65536)
def untype(word: str) -> str | None:
    """Read raw Telex or VNI keystrokes: "ddangw" -> "đăng", "tho6ng5" -> None if no syllable."""
    if not word.isascii() or not word.isalnum() or len(word) < 2 or word.isdigit():
        return None
    by_digit = any(char.isdigit() for char in word)
    for reading in _vni(word) if by_digit else _telex(word):
        if is_syllable(reading) and not reading.isascii():
            return reading
    return None


def _telex(word: str) -> Iterator[str]:
    begin = next((at for at, char in enumerate(word) if char in _PLAIN_VOWELS), len(word))
    for tone_at, tone in [
        *((i, c) for i, c in enumerate(word) if i > begin and c in _TELEX_TONE),
        (-1, ""),
    ]:
        letters = word if tone_at < 0 else word[:tone_at] + word[tone_at + 1 :]
        for marked in (_late_mark(letters, "w"), letters):
            yield _toned(_marked(marked, _TELEX_MARKS), _TELEX_TONE.get(tone, ""))


def _late_mark(letters: str, _mark: str) -> str:
    """Bring marks typed at the end of the syllable to their vowel: dangdw, duocwj, tienes."""
    found = re.match(r"^([a-z]*?)(uo|a|o|u)([a-z]*?)w([a-z]*)$", letters)
    if found and found[3]:
        letters = f"{found[1]}{found[2]}w{found[3]}{found[4]}"
    for vowel in "aeo":
        found = re.match(rf"^([a-z]*?{vowel})([^{vowel}aeou]+){vowel}$", letters)
        if found:
            letters = f"{found[1]}{vowel}{found[2]}"
    if letters.startswith("d") and letters.count("d") == 2 and not letters.startswith("dd"):
        letters = "dd" + letters[1:].replace("d", "", 1)
    return letters


def _vni(word: str) -> list[str]:
    tones = [char for char in word if char in _VNI_TONE]
    if len(tones) > 1 or not word[0].isalpha():
        return []
    letters = "".join(char for char in word if char not in _VNI_TONE)
    tone = _VNI_TONE[tones[0]] if tones else ""
    return [_toned(_marked(_late_vni(letters), _VNI_MARKS), tone)]


def _late_vni(letters: str) -> str:
    for digit, vowels in (("9", "d"), ("6", "aeo"), ("7", "ou"), ("8", "a")):
        if digit not in letters:
            continue
        bare = letters.replace(digit, "")
        if digit == "7" and "uo" in bare:
            letters = bare.replace("uo", "uo7")
            continue
        at = max((bare.rfind(v) for v in vowels), default=-1) if digit != "9" else bare.find("d")
        if at >= 0:
            letters = bare[: at + 1] + digit + bare[at + 1 :]
    return letters


def _marked(letters: str, marks: tuple[tuple[str, str], ...]) -> str:
    for typed, meant in marks:
        letters = letters.replace(typed, meant)
    return letters


def _toned(letters: str, tone: str) -> str:
    """Put the tone on any vowel: a key does not care which."""
    if not tone:
        return letters
    for at, char in enumerate(letters):
        if char in _VOWELS:
            return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])
    return letters
