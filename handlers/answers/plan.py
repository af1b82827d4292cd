"""Says what the plan says: one unit with who does it and who that is today, or a whole list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from content.catalogue import Translator
from content.model import PlanList, Unit
from content.whole import Content
from handlers.answers.pieces import bullets, section, together


def one_unit(unit: Unit, content: Content, t: Translator, today: dt.date) -> str:
    """One unit: its words, who leads and joins, target, time, and the standing of the plan."""
    said = unit.shown if t.lang == "vi" else unit.gist_en
    mended = (
        t("The original reads “{slip}”, a slip of the scanner.", slip=slip)
        if t.lang == "vi" and (slip := _slip(unit))
        else ""
    )
    return together(
        [
            unit.title.get(t.lang),
            said,
            mended,
            "\n".join(_facts(unit, content, t)),
            "\n".join(_today(unit, content, t)),
            standing(unit.section, unit.heading, content, t, today),
        ]
    )


def whole_list(
    named: PlanList, units: Iterable[Unit], content: Content, t: Translator, today: dt.date
) -> str:
    """All units of a list, each with its place in the plan."""
    rows = [_row(unit, t) for unit in units]
    return together([bullets(named.title.get(t.lang), rows), standing("", "", content, t, today)])


def _row(unit: Unit, t: Translator) -> str:
    said = unit.shown if t.lang == "vi" else unit.gist_en
    return f"{said} " + t("(unit {id})", id=unit.id)


def standing(part: str, heading: str, content: Content, t: Translator, today: dt.date) -> str:
    """The source: document, place in it, date checked; and that the plan's period is over."""
    document = content.document
    place = " › ".join(filter(None, (part, heading)))
    lines = [section(t("Source"), f"{document.title.get(t.lang)}, {document.number}.")]
    if place:
        lines.append(section(t("Place"), f"{place}."))
    lines.append(t("Checked on {date}.", date=t.date(document.checked)))
    if document.valid_to and document.valid_to < today:
        lines.append(
            t(
                "The plan's period ended on {date}: this is what it says, not today's rule.",
                date=t.date(document.valid_to),
            )
        )
    return "\n".join(lines)


def _facts(unit: Unit, content: Content, t: Translator) -> Iterable[str]:
    for label, slugs in ((t("Leads"), unit.lead), (t("Joins"), unit.join)):
        if slugs:
            names = (content.agencies[slug].name.get(t.lang) for slug in slugs)
            yield section(label, "; ".join(names) + ".")
    for target in unit.targets:
        sign = "" if target.sign == "=" else f"{target.sign} "
        unit_name = target.unit if target.unit == "%" else " " + t("times a year")
        year = " " + t("by {year}", year=target.year) if target.year else ""
        value = f"{sign}{target.value:g}{unit_name}{year}"
        yield section(t("Target"), f"{target.what.get(t.lang)}: {value}.")
    if unit.time and t.lang == "vi":
        yield section(t("When"), f"{unit.time}.")
    if unit.documents:
        yield section(t("Documents named"), "; ".join(unit.documents) + ".")


def _today(unit: Unit, content: Content, t: Translator) -> Iterable[str]:
    for slug in (*unit.lead, *unit.join):
        agency = content.agencies[slug]
        yield t("Today, {name}: {today}.", name=agency.name.get(t.lang), today=agency.today)


def _slip(unit: Unit) -> str:
    """The few words of the original that were mended, with a neighbour on each side."""
    if not unit.mended:
        return ""
    old, new = unit.text.split(), unit.mended.split()
    at = next(i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    return " ".join(old[max(at - 1, 0) : at + 3]).strip(" ,;.")
