"""The published figures, worked out from stories alone: none can be set by hand. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

from handlers.cases.story import OPEN, OUTCOMES, SATISFIED, Story
from handlers.context import ZONE

Z = 1.959964
"""The normal quantile of a 95 % interval."""
COUNTED = ("confirmed", "silent", "done")
"""States of a case that was answered and not sent back."""


def figures(stories: Iterable[Story], *, today: dt.date, target: float) -> dict[str, Any]:
    """Give all figures of some cases as JSON; shares are 0 to 1, null where nothing counts."""
    told = list(stories)
    answered = [story for story in told if story.state in COUNTED]
    still = [story for story in told if story.state in OPEN]
    late_open = sum(story.due < today for story in still)
    on_time = sum(story.on_time is True for story in answered)
    judged = len(answered) + late_open
    states = Counter(story.state for story in told)
    outcomes = Counter(story.outcome for story in answered)
    return {
        "received": len(told),
        "open": len(still),
        "open_late": late_open,
        "answered": len(answered),
        **{f"answered_{name}": outcomes[name] for name in OUTCOMES},
        "answered_on_time": on_time,
        "answered_late": len(answered) - on_time,
        "on_time_share": _share(on_time, judged),
        "confirmed": states["confirmed"],
        "silent": states["silent"],
        "awaiting_word": states["done"],
        "sent_back_now_open": sum(bool(story.rejections) for story in still),
        "sent_back_ever": sum(bool(story.rejections) for story in told),
        "withdrawn": states["withdrawn"],
        "merged": states["merged"],
        "spam": states["spam"],
        "handed_on": sum(story.hand_ons for story in told),
        "extended": sum(story.extended for story in told),
        "paused_days": sum(story.paused_days for story in told),
        "satisfaction": satisfaction(answered, target),
    }


def satisfaction(answered: list[Story], target: float) -> dict[str, Any]:
    """Give the share of satisfied citizens among those who rated, with its 95 % interval.

    The interval is Wilson's (1927), which holds for few answers too; the response rate stands
    beside it, for a share of the few who answered is not one of all.
    """
    rated = [story for story in answered if story.rating is not None]
    good = sum((story.rating or 0) >= SATISFIED for story in rated)
    low, high = wilson(good, len(rated))
    return {
        "rated": len(rated),
        "satisfied": good,
        "share": _share(good, len(rated)),
        "low": low,
        "high": high,
        "response_rate": _share(len(rated), len(answered)),
        "target": target,
    }


def wilson(good: int, count: int) -> tuple[float | None, float | None]:
    """Give Wilson's 95 % interval of a share; (None, None) of none."""
    if not count:
        return None, None
    share, z2 = good / count, Z * Z / count
    middle = (share + z2 / 2) / (1 + z2)
    half = Z * math.sqrt(share * (1 - share) / count + z2 / (4 * count)) / (1 + z2)
    return round(max(middle - half, 0.0), 4), round(min(middle + half, 1.0), 4)


def within(story: Story, first: dt.date | None, last: dt.date | None) -> bool:
    """Tell whether a case was received from one day to another, both inclusive."""
    day = story.received.astimezone(ZONE).date()
    return (first is None or first <= day) and (last is None or day <= last)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
