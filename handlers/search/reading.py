"""Reads a question the way people type it and gives back the words that were meant."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from content.lexicon import Lexicon
from handlers.search.spelling import Speller, learn_spelling, make_speller, one_letter_away
from handlers.search.syllable import fold, is_plain_syllable, is_syllable, key, untype

MOST_CHARS = 600
"""Longer questions are read up to here: nobody needs more words to name what they want."""

_TOKEN = re.compile(r"[^\W_]+(?:[.&/+-][^\W_]+)*|%", re.UNICODE)
_REPEATED = re.compile(r"(.)\1{2,}")


NO_SPELLER = make_speller({}, {}, {})


@dataclass(frozen=True)
class Word:
    """One word meant: as typed with marks (`key`, "" when the typing cannot be trusted), folded."""

    key: str
    fold: str


@dataclass(frozen=True)
class Reading:
    """A question after reading: its words, whether marks were typed, its concepts and language."""

    words: tuple[Word, ...]
    accented: bool
    english: bool
    terms: tuple[str, ...] = ()

    @property
    def folded(self) -> str:
        """All words without marks, one space between."""
        return " ".join(word.fold for word in self.words)


@dataclass(frozen=True)
class Reader:
    """The lexicon made ready for looking up, and the words that content and bank use."""

    singles: Mapping[str, str]
    regional: Mapping[tuple[str, ...], str]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], bool, str], ...]]
    english: Mapping[tuple[str, ...], str]
    small_english: frozenset[str]
    known: Mapping[str, int] = field(default_factory=dict)
    speller: Speller = NO_SPELLER
    pairs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def english_begins(self) -> frozenset[str]:
        """Give the words that English terms begin with."""
        return frozenset(phrase[0] for phrase in self.english if phrase)

    def read(self, text: str) -> Reading:
        """Read a question: chat spelling, Telex, abbreviations, slips; never fails."""
        tokens = list(tokenise(text))
        english = self._is_english(tokens)
        words: list[Word] = []
        typed: list[str] = []
        for token in tokens:
            found = self._words(token, english)
            words += found
            as_it_stands = english or [word.fold for word in found] == [fold(token)]
            typed += [token if as_it_stands and token not in self.singles else ""] * len(found)
        words = self._common(self._respelled(words, typed, english=english))
        # One stray mark in a question typed without marks says nothing about the other words.
        marked = sum(1 for word in words if word.key and word.key != word.fold)
        accented = not english and marked * 4 >= len(words)
        return Reading(tuple(words), accented, english, tuple(self._terms(words, english)))

    def _respelled(self, words: list[Word], typed: list[str], *, english: bool) -> list[Word]:
        """Mend what fits badly beside its neighbours."""
        accented = sum(not token.isascii() for token in typed) * 4 >= len(words)
        out: list[Word] = []
        for at, (word, token) in enumerate(zip(words, typed, strict=True)):
            before = out[-1].fold if out else ""
            after = words[at + 1].fold if at + 1 < len(words) else ""
            out.append(self._meant(token, before, after, accented, english) or word)
        return out

    def _meant(
        self, token: str, before: str, after: str, accented: bool, english: bool
    ) -> Word | None:
        """Give the word meant where a slip was typed; a token that is not typed words is ""."""
        if not token or (english and self._is_fine_english(token)):
            return None
        if found := self.speller.mended(token, before, after, accented=accented):
            return Word(*found)
        mended = None if english else self._mended(token)
        return Word("", mended) if mended else None

    def _is_fine_english(self, token: str) -> bool:
        return (
            len(token) < 4
            or token in self.speller.used
            or token.removesuffix("s") in self.speller.used
        )

    def _is_english(self, tokens: list[str]) -> bool:
        plain = sum(token in self.small_english for token in tokens)
        marked = sum(not token.isascii() for token in tokens)
        if marked * 5 > len(tokens) or 0 < marked > plain:
            return False
        strange = sum(
            token.isascii()
            and token.isalpha()
            and not is_plain_syllable(token)
            and untype(token) is None
            for token in tokens
        )
        return plain >= 1 and (plain + strange) * 2 >= len(tokens)

    def _words(self, token: str, english: bool) -> list[Word]:
        if english:
            return [Word("", fold(part)) for part in re.split(r"[^\w']+", token) if part]
        meant = self.singles.get(token)
        if meant is None and not token.isalnum() and token != "%":
            return self._compound(token)
        if meant is None and token not in self.known:
            meant = untype(token)
        return [_word(part) for part in (meant or token).split()]

    def _compound(self, token: str) -> list[Word]:
        """Part a token joined by . / & -: n.vụ and tr/nhiệm are abbreviations of two words."""
        parts = [part for part in re.split(r"[.&/+-]", token) if part]
        if len(parts) == 2 and len(parts[0]) <= 3 and parts[1].isalpha():
            for first in self.pairs.get(fold(parts[1]), ()):
                if first.startswith(fold(parts[0])) and first != fold(parts[0]):
                    return [Word("", first), _word(parts[1])]
        return [word for part in parts for word in self._words(part, english=False)]

    def _mended(self, token: str) -> str | None:
        """Mend what cannot be Vietnamese to the most used word one letter away.

        For where the neighbours tell the speller too little; without it a point is lost on keys
        hit beside.
        """
        plain = fold(token)
        if len(token) < 3 or not token.isalpha() or plain in self.known:
            return None
        if is_syllable(token) or (token.isascii() and is_plain_syllable(token)):
            return None
        calm = _REPEATED.sub(r"\1", plain)
        for reading in (calm, fold(untype(calm) or "")):
            if reading in self.known:
                return reading
        best = max(one_letter_away(calm), key=lambda word: (self.known.get(word, 0), word))
        return best if self.known.get(best, 0) >= 2 else None

    def _common(self, words: list[Word]) -> list[Word]:
        """Put the common word for a regional one, phrases of several words first."""
        keys = tuple(word.key for word in words)
        out: list[Word] = []
        at = 0
        while at < len(words):
            for length in (2, 1):
                found = self.regional.get(keys[at : at + length])
                if found and at + length <= len(words):
                    out += [_word(part) for part in found.split()]
                    at += length
                    break
            else:
                out.append(words[at])
                at += 1
        return out

    def _terms(self, words: list[Word], english: bool) -> Iterator[str]:
        """Name the official terms that the words stand for."""
        folded = [word.fold for word in words]
        if english or any(word in self.small_english for word in folded):
            yield from self._english_terms(folded)
        if english:
            return
        for at, word in enumerate(words):
            for phrase, plain, concept in self.phrases.get(word.fold, ()):
                if _stands(words[at : at + len(phrase)], phrase, plain):
                    yield concept

    def _english_terms(self, folded: list[str]) -> Iterator[str]:
        at = 0
        while at < len(folded):
            first = folded[at]
            begins = first in self.english_begins or first.removesuffix("s") in self.english_begins
            for length in range(min(6, len(folded) - at) if begins else 0, 0, -1):
                phrase = tuple(folded[at : at + length])
                found = self.english.get(phrase) or self.english.get(_singular(phrase))
                if found:
                    yield found
                    at += length
                    break
            else:
                at += 1


def tokenise(text: str) -> Iterator[str]:
    """Cut a text into lower-case tokens in composed form."""
    clean = unicodedata.normalize("NFC", text[:MOST_CHARS]).lower()
    return (match[0] for match in _TOKEN.finditer(clean))


def make_reader(
    lexicon: Lexicon, texts: Sequence[tuple[str, bool]] = (), typed: Iterable[str] = ()
) -> Reader:
    """Prepare the lexicon; the texts tell which words and pairs of words are used.

    Each text comes with whether it is carefully spelled: a slip that many make is no new word.
    """
    phrases: dict[str, list[tuple[tuple[str, ...], bool, str]]] = {}
    for concept, variants in lexicon.concepts.items():
        for variant in (concept, *variants):
            split = tuple(key(part) for part in tokenise(variant))
            folded = tuple(fold(part) for part in tokenise(variant))
            alone = len(split) == 1
            phrases.setdefault(folded[0], []).append((split, not alone, concept))
    singles = {**lexicon.chat, **lexicon.abbreviations}
    spelled = [
        [part for token in tokenise(text) for part in singles.get(token, token).split()]
        for text in typed
    ]
    known, pairs = _used([text for text, careful in texts if careful])
    return Reader(
        singles=singles,
        regional={
            tuple(key(part) for part in word.split()): common
            for word, common in lexicon.regional.items()
        },
        phrases={first: tuple(found) for first, found in phrases.items()},
        english={tuple(tokenise(words)): term for words, term in lexicon.english.items()},
        small_english=frozenset(lexicon.small_english),
        known=known,
        speller=learn_spelling(spelled),
        pairs=pairs,
    )


def _used(texts: Iterable[str]) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    """Count the words of carefully spelled texts, and which word comes before which."""
    known: Counter[str] = Counter()
    follows: dict[str, Counter[str]] = {}
    for text in texts:
        words = [fold(token) for token in tokenise(text)]
        known.update(words)
        for first, second in pairwise(words):
            follows.setdefault(second, Counter())[first] += 1
    pairs = {
        second: tuple(word for word, _ in firsts.most_common(12))
        for second, firsts in follows.items()
    }
    return dict(known), pairs


def _word(text: str) -> Word:
    return Word(key(text), fold(text))


def _stands(words: list[Word], phrase: tuple[str, ...], plain: bool) -> bool:
    """Compare with marks where marks were typed, without where they were not."""
    if len(words) != len(phrase):
        return False
    for word, part in zip(words, phrase, strict=True):
        if word.key == part:
            continue
        if not plain or word.key not in (word.fold, "") or word.fold != _without_marks(part):
            return False
    return True


@lru_cache(4096)
def _without_marks(key: str) -> str:
    return fold(key.rstrip("12345"))


def _singular(phrase: tuple[str, ...]) -> tuple[str, ...]:
    last = phrase[-1] if phrase else ""
    return (*phrase[:-1], last[:-1]) if last.endswith("s") else phrase
