"""What is sent of an announcement in each language: the preview shows exactly this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.catalogue import translator
from handlers.message import Button, Rows

LANGS = ("vi", "en")


def wording(content: Mapping[str, Any], lang: str) -> tuple[str, Rows]:
    """Give text and buttons of an announcement in a language, Vietnamese where it has no other."""
    texts = content["texts"]
    text = str(texts.get(lang) or texts["vi"])
    rows = []
    link = content.get("link")
    if link:
        rows.append((Button(str(link["label"]), url=str(link["url"])),))
    if not content["audience"].get("roles"):
        t = translator(lang)
        rows.append((Button(t("Stop these"), f"topic:off:{content['topic']}"),))
    return text, tuple(rows)
