"""The board as a picture: one line for each body, its state in words, sign and colour. Pure."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from content.catalogue import Translator, msg
from content.whole import Content
from handlers.context import ZONE
from handlers.drawing import GREY, INK, PAPER, RULE, fit, font
from handlers.reports.board_text import head
from handlers.reports.due import Period
from handlers.reports.period_of import Line
from handlers.reports.words import agency_name

WIDTH, MARGIN, ROW, TOP, BAR, FOOT = 1080, 48, 46, 200, 26, 70
LOOKS = {
    "in": ("✓", "#166534", msg("sent on time")),
    "in-late": ("✓", "#92400e", msg("sent late")),
    "returned": ("←", "#6b21a8", msg("returned")),
    "missing": ("·", "#4b5563", msg("not sent yet")),
    "late": ("✗", "#b91c1c", msg("not sent, late")),
}
"""Sign, colour and word of each group: no state is told by colour alone."""
NOBODY = msg("no focal person")
NAME_WIDTH = 560
TITLE = 31


def board_picture(
    period: Period,
    due: dt.date,
    found: Sequence[Line],
    content: Content,
    t: Translator,
    *,
    now: dt.datetime,
) -> bytes:
    """Draw how all bodies stand in a period, as PNG."""
    height = TOP + ROW * max(len(found), 1) + FOOT
    image = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(image)
    title, told = head(period, due, found, t).removeprefix("📋 ").split("\n")
    heading = fit(draw, title, TITLE, WIDTH - 2 * MARGIN, bold=True)
    draw.text((MARGIN, 40), heading, INK, font(TITLE, bold=True))
    draw.text((MARGIN, 92), told, GREY, font(26))
    _bar(draw, found)
    for number, line in enumerate(found):
        name = agency_name(line.owed.agency, content, t)
        _line(draw, TOP + ROW * number, line, name, _told(line, due, t))
    moment = now.astimezone(ZONE)
    foot = t("As of {date}, {clock}.", date=t.date(moment.date()), clock=f"{moment:%H:%M}")
    draw.text((MARGIN, height - 48), foot, GREY, font(20))
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _bar(draw: ImageDraw.ImageDraw, found: Sequence[Line]) -> None:
    """Draw the shares of the groups as one bar."""
    left, width = float(MARGIN), WIDTH - 2 * MARGIN
    for group, (_, colour, _) in LOOKS.items():
        share = sum(line.group == group for line in found) / max(len(found), 1)
        if share:
            box = (left, 144, left + share * width - 1, 144 + BAR)
            draw.rectangle(box, fill=colour)
            left += share * width


def _line(draw: ImageDraw.ImageDraw, top: int, line: Line, name: str, told: str) -> None:
    sign, colour, _ = LOOKS[line.group]
    draw.line((MARGIN, top, WIDTH - MARGIN, top), fill=RULE, width=1)
    draw.text((MARGIN, top + 8), sign, colour, font(24, bold=True))
    draw.text((MARGIN + 44, top + 8), fit(draw, name, 24, NAME_WIDTH), INK, font(24))
    told = fit(draw, told, 22, WIDTH - 2 * MARGIN - 44 - NAME_WIDTH)
    draw.text((WIDTH - MARGIN, top + 10), told, colour, font(22), anchor="ra")


def _told(line: Line, due: dt.date, t: Translator) -> str:
    if line.stands.due != due and not line.stands.done:
        return t("has time until {date}", date=t.date(line.stands.due))
    words = t(LOOKS[line.group][2])
    return words if line.has_somebody else f"{words}, {t(NOBODY)}"
