"""What is sent of an announcement in each language: the preview shows exactly this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.catalogue import translator
from handlers.message import Button, Rows

LANGS = ("vi", "en")


def wording(content: Mapping[str, Any], lang: str, number: int = 0) -> tuple[str, Rows]:
    """Give text and buttons of an announcement in a language, Vietnamese where it has no other.

    `number` is the announcement's, 0 while it is not written down.
    """
    t = translator(lang)
    texts = content["texts"]
    text = str(texts.get(lang) or texts["vi"])
    if content.get("corrects"):
        text = t("Correction: {text}", text=text)
    buttons = [Button(str(one["label"]), url=str(one["url"])) for one in content.get("links", ())]
    if content.get("must_read"):
        buttons.append(Button(t("I have read it"), f"read:{number}"))
    if not content["audience"].get("roles"):
        buttons.append(Button(t("Say something about this"), f"feedback:news:{number}"))
        buttons.append(Button(t("Stop these"), f"topic:off:{content['topic']}"))
    return text, tuple((button,) for button in buttons)


def shown(content: Mapping[str, Any]) -> str:
    """Show the text of each language exactly as it will arrive, and the labels of its buttons."""
    return "\n\n".join(f"── {lang} ──\n{_as_text(content, lang)}" for lang in content["texts"])


def _as_text(content: Mapping[str, Any], lang: str) -> str:
    text, rows = wording(content, lang)
    return "\n".join([text, *(f"[ {button.label} ]" for row in rows for button in row)])
