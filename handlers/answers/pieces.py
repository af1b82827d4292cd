"""The small parts all answers are made of: labels, bullets, sources, warnings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from content.catalogue import Translator
from content.model import Kept


def section(label: str, body: str) -> str:
    """A label and a short text on one line."""
    return f"{label}: {body}"


def bullets(label: str, items: Iterable[str]) -> str:
    """A label and a list below it."""
    return "\n".join([f"{label}:", *(f"• {item}" for item in items)])


def numbered(label: str, items: Iterable[str]) -> str:
    """A label and numbered steps below it."""
    return "\n".join([f"{label}:", *(f"{at}. {item}" for at, item in enumerate(items, 1))])


def together(parts: Iterable[str]) -> str:
    """Join the parts that say something, a blank line between."""
    return "\n\n".join(part for part in parts if part)


def standing(entry: Kept, t: Translator, today: dt.date) -> str:
    """Say when an entry was checked, and warn when its review is due or its validity over."""
    lines = [t("Checked on {date}.", date=t.date(entry.checked))]
    if entry.valid_to and entry.valid_to < today:
        lines.append(
            t("This was valid until {date}; it is no longer current.", date=t.date(entry.valid_to))
        )
    elif entry.review_by < today:
        lines.append(
            t(
                "This was due for review on {date}: please check again.",
                date=t.date(entry.review_by),
            )
        )
    return " ".join(lines)
