"""Mends slips of the keyboard by what stands around them: a noisy channel over pairs of words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from handlers.search.syllable import fold, is_plain_syllable, is_syllable, key

SURE = 8.0
"""By so much (in natural logarithms) another word must fit better than the one that was typed."""
SURE_OF_A_PROPER_WORD = 12.0
"""The same where the word was typed with marks, or without, just as others type it."""
SURE_OF_A_STRANGE_WORD = 4.0
"""The same where what was typed cannot be a word."""
SMOOTHED = 4.0
"""Uses of a pair that nobody wrote yet are guessed from this many uses of its second word."""
LONGEST = 12
"""Longer words are left as they are: they are no Vietnamese syllables."""
EDGE = ""
"""Stands before the first word and behind the last."""


@dataclass(frozen=True)
class Speller:
    """What carefully typed texts hold: words, which follows which, and how each is marked."""

    used: Mapping[str, int]
    follows: Mapping[str, int]
    forms: Mapping[str, Sequence[str]]
    near: Mapping[str, Sequence[str]]
    total: float

    def mended(
        self, typed: str, before: str, after: str, *, accented: bool
    ) -> tuple[str, str] | None:
        """Give the word meant instead of `typed`: its key ("" if unsure) and folded, or None.

        `accented` says whether the question was typed with marks: a word without is then proper.
        """
        plain = fold(typed)
        if not plain.isalpha() or not 2 <= len(plain) <= LONGEST:
            return None
        known = plain in self.used
        if known and (self._follow(before, plain) or self._follow(plain, after)):
            return None
        meant = [word for word in self._candidates(plain) if self._keeps_marks(typed, word)]
        if not meant:
            return None
        best = max(sorted(meant), key=lambda word: self._fit(before, word, after))
        gain = self._fit(before, best, after) - self._fit(before, plain, after)
        if gain <= self._needed(typed, plain, accented=accented):
            return None
        forms = [form for form in self.forms.get(best, ()) if carries(form, key(typed))]
        return (forms[0] if accented and len(forms) == 1 else ""), best

    def is_proper(self, own: str, plain: str) -> bool:
        """Tell whether others type a word, given by its key and folded, with the same marks."""
        return own in self.forms.get(plain, ())

    def fuller(self, own: str, plain: str) -> list[str]:
        """Give the words that have all marks of a word, and more: kết of kêt."""
        return [form for form in self.forms.get(plain, ()) if form != own and carries(form, own)]

    def _needed(self, typed: str, plain: str, *, accented: bool) -> float:
        if not (is_syllable(typed) if accented else is_plain_syllable(plain)):
            return SURE if plain in self.used else SURE_OF_A_STRANGE_WORD
        return (
            SURE_OF_A_PROPER_WORD if accented and key(typed) in self.forms.get(plain, ()) else SURE
        )

    def _candidates(self, plain: str) -> set[str]:
        found = {word for rest in _shortened(plain) for word in self.near.get(rest, ())}
        return {word for word in found if word != plain and _one_slip(plain, word)}

    def _keeps_marks(self, typed: str, word: str) -> bool:
        """Tell whether the marks that were typed are marks of the word: cắp may not become cấp."""
        if typed.isascii():
            return True
        return any(carries(form, key(typed)) for form in self.forms.get(word, ()))

    def _follow(self, first: str, second: str) -> int:
        return self.follows.get(f"{first} {second}", 0)

    def _fit(self, before: str, word: str, after: str) -> float:
        return self._chance(before, word) + self._chance(word, after)

    def _chance(self, first: str, second: str) -> float:
        share = (self.used.get(second, 0) + 0.5) / self.total
        of_first = self.used.get(first, 0) if first else self.total / 10
        return math.log((self._follow(first, second) + SMOOTHED * share) / (of_first + SMOOTHED))


def learn_spelling(texts: Iterable[Sequence[str]]) -> Speller:
    """Count the words and pairs of words of texts that were typed with care."""
    used: Counter[str] = Counter()
    follows: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for words in texts:
        plain = [EDGE, *(fold(word) for word in words), EDGE]
        used.update(plain[1:-1])
        follows.update(f"{first} {second}" for first, second in pairwise(plain))
        if any(not word.isascii() for word in words):
            for word in words:
                forms[fold(word)][key(word)] += 1
    return make_speller(
        {word: times for word, times in used.items() if times > 1},
        {pair: times for pair, times in follows.items() if times > 1},
        {
            word: [form for form, times in found.items() if times > 2]
            for word, found in forms.items()
        },
    )


def make_speller(
    used: Mapping[str, int], follows: Mapping[str, int], forms: Mapping[str, Sequence[str]]
) -> Speller:
    """Make a speller: words are found by what is left of them when one letter is left out."""
    near: dict[str, list[str]] = defaultdict(list)
    for word in used:
        if word.isalpha() and len(word) <= LONGEST:
            for rest in _shortened(word):
                near[rest].append(word)
    return Speller(used, follows, forms, near, float(sum(used.values()) or 1))


def carries(form: str, own: str) -> bool:
    """Tell whether a marked word has all the marks of what was typed; both are keys."""
    tone = own[-1] if own[-1].isdigit() else ""
    return _marks(own) <= _marks(form) and tone in ("", form[-1])


def _marks(form: str) -> set[str]:
    return {letter for letter in form if not letter.isascii()}


def _shortened(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _beside() -> Mapping[str, frozenset[str]]:
    """Name the keys that touch each key."""
    places = {
        key: (row, column + row / 2)
        for row, keys in enumerate(_ROWS)
        for column, key in enumerate(keys)
    }
    return {
        one: frozenset(
            other
            for other, (row, column) in places.items()
            if other != one and abs(row - here[0]) <= 1 and abs(column - here[1]) <= 1
        )
        for one, here in places.items()
    }


BESIDE = _beside()


def _one_slip(typed: str, meant: str) -> bool:
    """Tell whether one slip leads there: a letter lost, doubled or hit beside, or two swapped."""
    if len(typed) == len(meant):
        differ = [at for at, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
        if len(differ) == 1:
            return meant[differ[0]] in BESIDE.get(typed[differ[0]], ())
        return (
            len(differ) == 2
            and differ[1] == differ[0] + 1
            and typed[differ[0]] == meant[differ[1]]
            and typed[differ[1]] == meant[differ[0]]
        )
    return abs(len(typed) - len(meant)) == 1


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def one_letter_away(word: str) -> set[str]:
    """Give all that one letter lost, added, changed or swapped makes of a word."""
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    deleted = {a + b[1:] for a, b in splits if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    replaced = {a + c + b[1:] for a, b in splits if b for c in _LETTERS}
    inserted = {a + c + b for a, b in splits for c in _LETTERS}
    return deleted | swapped | replaced | inserted
