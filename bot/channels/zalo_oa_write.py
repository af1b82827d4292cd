"""What a message becomes on Zalo: its parts in order, and what Zalo's errors mean for it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.channels.channel import ClosedError, DeliveryError, GoneError, LaterError
from bot.channels.zalo_oa_files import kind
from bot.channels.zalo_text import messages

LOG = logging.getLogger("motcua.zalo")
LIMIT = 2000
"""Characters of one message after NFC; counted in UTF-16 units, the stricter of two readings."""
A_MINUTE, LONG = 60.0, 600.0
TOKEN = frozenset({-216, -220})
"""The access token is not valid, or its time is over."""
_OUTSIDE = frozenset({-230, -232})
_UNWANTED = frozenset({-213, -217, -218, -227, -244})
"""Does not follow the account, does not take its messages, or is not there any more."""
_OURS = frozenset({-201, -210, -233, -240})
"""A person that is none, or a message Zalo does not take: it will not take it later either."""
_QUOTA = frozenset({-211, -321, -115, -137, -144, -147})
_PERSON = frozenset({-204, -205, -209, -212, -219, -221, -223, -224, -320, -135, -136, -235, -248})
"""The account or the application is not set up or paid for this."""
_RATE = -32
_NIGHT = frozenset({-133, -234})
_SPENT_UPLOAD = -100


def steps(body: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """Give the parts of a message in order: files first, the words last, so that they are seen.

    A file Zalo would refuse is named among the words.
    """
    files = [(file, _kind(file)) for file in body.get("files", ())]
    refused = [file for file, how in files if how is None]
    words = messages({**body, "files": refused}, lang, LIMIT)
    found: list[dict[str, Any]] = [
        {"file": file, "kind": how, "text": file["name"]} for file, how in files if how
    ]
    if found and found[-1]["kind"] == "image" and len(words) == 1:
        found[-1]["text"] = words.pop()
    return [*found, *({"text": part} for part in words)]


def _kind(file: Mapping[str, str]) -> str | None:
    return kind(file["name"], file["type"], len(file["data"]) * 3 // 4)


def meaning(code: int) -> DeliveryError:  # noqa: PLR0911 - a table, one line each
    """Say what Zalo's error means for the message; its own words are not repeated anywhere."""
    told = f"error {code}"
    if code in _OUTSIDE:
        return ClosedError("window closed")
    if code in _UNWANTED:
        return ClosedError(told)
    if code in _OURS:
        return GoneError(told)
    if code == _RATE:
        return LaterError(told, A_MINUTE, all_chats=True)
    if code in _QUOTA or code in _PERSON or code in TOKEN:
        return alarm(told)
    if code in _NIGHT:
        return LaterError(told, LONG)
    if code == _SPENT_UPLOAD:
        return LaterError(told)  # the next try uploads again
    LOG.warning("an error of Zalo nobody foresaw", extra={"why": told})
    return LaterError(told, LONG)


def alarm(told: str) -> LaterError:
    """Call a person, and let nothing go for long: only they can help."""
    LOG.error("Zalo takes no messages until somebody looks into it", extra={"why": told})
    return LaterError(told, LONG, all_chats=True, spent=True)
