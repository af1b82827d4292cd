"""The lexicon: how people write, and what they mean by it."""

from __future__ import annotations

from content.model import Facet, Strict, Words


class Lexicon(Strict):
    """Word lists a curator edits in `lexicon.yaml`; matching never depends on anything hidden."""

    chat: dict[Words, Words]
    """Chat spelling of one word -> the word or words meant (ko -> không)."""
    abbreviations: dict[Words, Words]
    """Official abbreviation -> its words (ubnd -> ủy ban nhân dân)."""
    regional: dict[Words, Words]
    """Southern or northern word -> the common one (sanh -> sinh)."""
    concepts: dict[Words, tuple[Words, ...]]
    """Official term -> the everyday phrases that mean it (sổ đỏ, bìa đỏ, ...)."""
    english: dict[Words, Words]
    """English word or phrase -> the Vietnamese term."""
    polite: tuple[Words, ...]
    """Words that carry manners, not meaning."""
    facets: dict[Facet, tuple[Words, ...]]
    """Phrases that ask for one fact of a procedure."""
    whole: tuple[Words, ...]
    """Phrases that ask for a full list."""
    small_english: tuple[Words, ...]
    """English function words: a question full of them is English."""
    going_on: tuple[Words, ...]
    """Openings that carry on from the question before."""
