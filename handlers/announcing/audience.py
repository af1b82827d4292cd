"""For whom an announcement is, in words, and how many that are."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from content.catalogue import Translator
from content.whole import Content
from handlers.context import ZONE

REPORTING = ("focal", "deputy", "head")
"""The roles of officials who report."""
CHANNELS = {"web": "Web", "telegram": "Telegram", "zalo-oa": "Zalo OA", "zalo-bot": "Zalo Bot"}


def is_urgent(content: Mapping[str, Any], told: Content) -> bool:
    """Tell whether it is for a topic that neither quiet hours nor a weekly measure hold back."""
    return any(topic.urgent for topic in told.topics if topic.id == content["topic"])


def summary(
    content: Mapping[str, Any],
    counted: Mapping[tuple[str, str], int],
    told: Content,
    t: Translator,
) -> str:
    """Say for how many people of whom, on which channels and in which language, and when."""
    at = dt.datetime.fromisoformat(content["at"]).astimezone(ZONE)
    line = t(
        "To {count} people ({topic}), on {date} at {clock}.",
        count=sum(counted.values()),
        topic=_whom(content, told, t),
        date=t.date(at.date()),
        clock=f"{at:%H:%M}",
    )
    channels, langs = Counter[str](), Counter[str]()
    for (channel, lang), number in counted.items():
        channels[CHANNELS.get(channel, channel)] += number
        langs[lang] += number
    parts = [
        ", ".join(f"{name} {number}" for name, number in one.items()) for one in (channels, langs)
    ]
    return "\n".join([line, " · ".join(part for part in parts if part)]).strip()


def _whom(content: Mapping[str, Any], told: Content, t: Translator) -> str:
    if content.get("corrects"):
        return t("who got announcement {number}", number=content["corrects"])
    rule = content["audience"]
    names = {topic.id: topic.name.get(t.lang) for topic in told.topics}
    held = rule.get("roles", ())
    staff = t("Officials who report") if set(held) == set(REPORTING) else ", ".join(held)
    bodies = [told.agencies[one].name.get(t.lang) for one in rule.get("agencies", ())]
    narrowed = [CHANNELS.get(name, name) for name in rule.get("channels", ())]
    who = names.get(content["topic"], staff)
    return ", ".join([who, *bodies, *narrowed, *rule.get("langs", ())])
