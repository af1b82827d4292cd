"""The public results of a month as a picture: a bar for each way a feedback ended. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image, ImageDraw

from content.catalogue import Translator
from handlers.cases.names import OUTCOMES
from handlers.cases.results_words import FEWEST, percent, too_few
from handlers.cases.story import OUTCOMES as ORDER
from handlers.drawing import GREY, INK, PAPER, RULE, fit, font

WIDTH, MARGIN, ROW, TOP, NAMES = 1080, 48, 58, 190, 400
GREEN, BLUE, PURPLE, RED, AMBER = "#166534", "#1d4ed8", "#6b21a8", "#b91c1c", "#a16207"
COLOURS = {"fixed": GREEN, "explained": BLUE, "not-ours": PURPLE, "not-fixed": RED}


def results_picture(month: str, told: Mapping[str, Any], t: Translator, foot: str) -> bytes:
    """Draw what became of the feedback received in a month, as PNG."""
    bars = list(_bars(told, t))
    height = TOP + ROW * len(bars) + 250
    image = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(image)
    room = WIDTH - 2 * MARGIN
    head = t("📊 Feedback received in {month}", month=month).removeprefix("📊 ")
    draw.text((MARGIN, 36), fit(draw, head, 34, room, bold=True), INK, font(34, bold=True))
    line = t(
        "Answered: {count}, on time: {share}",
        count=told["answered"],
        share=percent(told["on_time_share"], t),
    )
    received = t("Received: {count}", count=told["received"])
    draw.text((MARGIN, 96), fit(draw, f"{received} · {line}", 26, room), GREY, font(26))
    most = max([count for _, count, _ in bars] + [1])
    for number, (name, count, colour) in enumerate(bars):
        top = TOP + ROW * number
        draw.text((MARGIN, top + 8), fit(draw, name, 24, NAMES - 20), INK, font(24))
        length = (WIDTH - MARGIN - NAMES - 90) * count / most
        left = MARGIN + NAMES
        draw.rectangle((left, top + 6, left + max(length, 2), top + 40), fill=colour)
        draw.text((left + length + 14, top + 8), str(count), INK, font(24, bold=True))
    _satisfied(draw, TOP + ROW * len(bars) + 24, told["satisfaction"], t)
    draw.text((MARGIN, height - 50), fit(draw, foot, 20, room), GREY, font(20))
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _bars(told: Mapping[str, Any], t: Translator) -> Iterator[tuple[str, int, str]]:
    for name in ORDER:
        yield t(OUTCOMES[name]).capitalize(), told[f"answered_{name}"], COLOURS[name]
    yield t("nothing heard from the citizen").capitalize(), told["silent"], GREY
    yield t("still open").capitalize(), told["open"], AMBER


def _satisfied(draw: ImageDraw.ImageDraw, top: int, told: Mapping[str, Any], t: Translator) -> None:
    """Draw share, interval and the plan's target on one line from 0 to 100 %."""
    draw.line((MARGIN, top, WIDTH - MARGIN, top), fill=RULE, width=2)
    if told["rated"] < FEWEST:
        words = too_few(told, t)
        draw.text((MARGIN, top + 24), fit(draw, words, 24, WIDTH - 2 * MARGIN), GREY, font(24))
        return
    words = t(
        "Content: {share} of {count} who rated",
        share=percent(told["share"], t),
        count=told["rated"],
    )
    draw.text((MARGIN, top + 20), words, INK, font(26, bold=True))
    line, width = top + 86, WIDTH - 2 * MARGIN

    def at(share: float) -> float:
        return MARGIN + width * share

    draw.line((at(0), line, at(1), line), fill=RULE, width=8)
    draw.line((at(told["low"]), line, at(told["high"]), line), fill="#0b5a69", width=14)
    middle = at(told["share"])
    draw.ellipse((middle - 12, line - 12, middle + 12, line + 12), fill=INK)
    goal = at(told["target"])
    draw.line((goal, line - 26, goal, line + 26), fill=RED, width=4)
    target = t("target over {share}", share=percent(told["target"], t))
    draw.text((goal, line + 30), target, RED, font(20), anchor="ma")
