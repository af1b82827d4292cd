"""Letters and colours of the pictures the bot draws."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import ImageDraw, ImageFont

TYPE = "image/png"
FONTS = Path(__file__).parent / "fonts"
INK, PAPER, GREY, RULE = "#1c1917", "#ffffff", "#57534e", "#e7e5e4"


def fit(draw: ImageDraw.ImageDraw, text: str, size: int, width: int, *, bold: bool = False) -> str:
    """Cut a text that would be wider than there is room."""
    if draw.textlength(text, font(size, bold=bold)) <= width:
        return text
    while text and draw.textlength(text + "…", font(size, bold=bold)) > width:
        text = text[:-1]
    return text.rstrip() + "…"


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Give letters of a size in pixels."""
    return ImageFont.truetype(FONTS / f"DejaVuSans{'-Bold' if bold else ''}.ttf", size)
