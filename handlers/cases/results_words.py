"""The public results of a month in words; shares of too few are not told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.catalogue import Translator, msg
from handlers.answers.pieces import bullets, together
from handlers.cases.names import OUTCOMES
from handlers.cases.story import OUTCOMES as ORDER

FEWEST = 5
"""Ratings below which no share is told: it would say more of single people than of the work."""
ENDS = (
    ("confirmed", msg("settled, say the citizens")),
    ("silent", msg("nothing heard from the citizen")),
    ("awaiting_word", msg("the citizen may still answer")),
    ("sent_back_ever", msg("sent back by the citizen")),
)


def percent(share: float | None, t: Translator) -> str:
    """Write a share as people of a language do; a dash where there is none."""
    if share is None:
        return "–"
    return f"{round(100 * share)} %" if t.lang == "vi" else f"{round(100 * share)}%"


def results(month: str, told: Mapping[str, Any], t: Translator) -> str:
    """Tell what became of the feedback received in a month, as `figures` gives it."""
    head = t("📊 Feedback received in {month}", month=month)
    if not told["received"]:
        return together([head, t("There was none.")])
    counted = [
        t("Received: {count}", count=told["received"]),
        t("Still open: {count}, of these late: {late}", count=told["open"], late=told["open_late"]),
        t(
            "Answered: {count}, on time: {share}",
            count=told["answered"],
            share=percent(told["on_time_share"], t),
        ),
    ]
    outcomes = [f"{t(OUTCOMES[name])}: {told[f'answered_{name}']}" for name in ORDER]
    ends = [f"{t(name)}: {told[key]}" for key, name in ENDS]
    return together(
        [
            head,
            "\n".join(counted),
            bullets(t("How they were answered"), outcomes),
            bullets(t("What the citizens say"), ends),
            satisfaction(told["satisfaction"], t),
        ]
    )


def satisfaction(told: Mapping[str, Any], t: Translator) -> str:
    """Tell the share of content citizens with its interval, beside the plan's target."""
    if told["rated"] < FEWEST:
        return too_few(told, t)
    return t(
        "Content: {share} of {count} who rated (95 % interval {low} to {high}; {rate} of those "
        "answered rated). The plan's target: over {target}.",
        share=percent(told["share"], t),
        count=told["rated"],
        low=percent(told["low"], t),
        high=percent(told["high"], t),
        rate=percent(told["response_rate"], t),
        target=percent(told["target"], t),
    )


def too_few(told: Mapping[str, Any], t: Translator) -> str:
    """Say that a share of so few would tell more of single people than of the work."""
    return t("Too few citizens rated the answers to tell a share ({count}).", count=told["rated"])
