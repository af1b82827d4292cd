"""Says a curated general answer."""

from __future__ import annotations

import datetime as dt

from content.catalogue import Translator
from content.model import Answer
from handlers.answers.pieces import bullets, section, standing, together

TALK = ("smalltalk", "safety", "person")
"""Kinds that are not statements of fact about the world: they show no source line."""


def one_answer(answer: Answer, t: Translator, today: dt.date) -> str:
    """The curated words; for statements of fact also source, date and doubts."""
    if answer.kind in TALK:
        return answer.text.get(t.lang)
    doubts = bullets(t("To be verified"), answer.unverified) if answer.unverified else ""
    sources = section(t("Source"), "; ".join(answer.sources))
    return together([answer.text.get(t.lang), doubts, f"{sources}\n{standing(answer, t, today)}"])
