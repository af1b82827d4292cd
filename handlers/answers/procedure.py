"""Says how a procedure is done: all in short, or the one fact that was asked for first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from content.catalogue import Translator, msg
from content.model import Facet, Law, Online, Procedure
from handlers.answers.pieces import bullets, numbered, section, standing, together

LABELS: dict[str, str] = {
    "documents": msg("Papers needed"),
    "time_limit": msg("Time"),
    "fee": msg("Fee"),
    "where": msg("Where"),
    "online": msg("Online"),
    "steps": msg("Steps"),
    "who": msg("Who"),
    "legal_basis": msg("Legal basis"),
    "result": msg("What you receive"),
    "pitfalls": msg("Good to know"),
}
"""Catalogue keys of the facts, in the order of the buttons."""
IN_SHORT: tuple[Facet, ...] = ("documents", "where", "time_limit", "fee", "online")


def in_short(procedure: Procedure, t: Translator, today: dt.date) -> str:
    """The first answer: what most people come for, the rest is behind buttons."""
    facts = [fact(procedure, name, t) for name in IN_SHORT]
    return together([procedure.name.get(t.lang), *facts, ground(procedure, t, today)])


def one_fact(procedure: Procedure, name: str, t: Translator, today: dt.date) -> str:
    """The fact asked for, first; then whose fact it is and where it comes from."""
    return together(
        [
            fact(procedure, name, t),
            section(t("Procedure"), procedure.name.get(t.lang)),
            ground(procedure, t, today, only=name),
        ]
    )


def fact(procedure: Procedure, name: str, t: Translator) -> str:
    """One fact in words; English where there is an English card, else Vietnamese and saying so."""
    label = t(LABELS[name])
    if t.lang == "en" and procedure.en and name != "legal_basis":
        value = getattr(procedure.en, name)
    else:
        value = _VIETNAMESE[name](procedure)
    if isinstance(value, str):
        return section(label, value)
    if not value:
        return section(label, t("Nothing noted."))
    return numbered(label, value) if name == "steps" else bullets(label, value)


def ground(procedure: Procedure, t: Translator, today: dt.date, only: str = "") -> str:
    """Source, date and doubts: what the answer rests on."""
    law = procedure.legal_basis[0]
    lines = [section(t("Source"), " ".join(filter(None, (law.name, law.number)))) + "."]
    lines.append(standing(procedure, t, today))
    doubts = [doubt.what for doubt in procedure.unverified if only in ("", doubt.field)]
    # The notes on doubts are for curators and stand in Vietnamese only.
    if doubts and only and t.lang == "vi":
        return "\n".join([*lines, bullets(t("To be verified"), doubts)])
    if doubts:
        lines.append(
            t("What is marked as to be verified: please ask the office before you rely on it.")
        )
    return "\n".join(lines)


def law_line(law: Law) -> str:
    """A legal document as one line."""
    return ", ".join(filter(None, (law.name, law.number, law.articles)))


def _online(online: Online) -> str:
    """The note, and the portal's address where one can file there and the note does not name it."""
    known = not online.available or online.portal in online.note
    return online.note if known else f"{online.note} {online.portal}"


_VIETNAMESE: dict[str, Callable[[Procedure], str | tuple[str, ...]]] = {
    "documents": lambda p: p.documents,
    "time_limit": lambda p: p.time_limit,
    "fee": lambda p: p.fee,
    "where": lambda p: p.where,
    "online": lambda p: _online(p.online),
    "steps": lambda p: p.steps,
    "who": lambda p: p.who,
    "legal_basis": lambda p: tuple(law_line(law) for law in p.legal_basis),
    "result": lambda p: p.result,
    "pitfalls": lambda p: p.pitfalls,
}
