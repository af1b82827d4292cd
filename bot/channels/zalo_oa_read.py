"""Reads the events of a Zalo Official Account: from its JSON to what the program understands."""

from __future__ import annotations

import hashlib
import logging
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.parts import clean
from handlers.message import Address, Place, Request

LOG = logging.getLogger("motcua.zalo")
CHANNEL = "zalo-oa"
LONGEST_ID = 64
"""Characters of an identifier that are kept as they are; Zalo's have about twenty."""
_SAID = frozenset(
    f"user_send_{kind}"
    for kind in (
        *("text", "image", "file", "location", "sticker", "gif", "link"),
        *("audio", "video", "business_card"),
    )
)
"""What a person may send us; of what cannot be read they are told so."""
_HEAVY = {"user_send_image": "image/jpeg", "user_send_file": "application/octet-stream"}
"""What is fetched, and its type where nothing tells it. A link's address is the person's own."""


@dataclass(frozen=True)
class Attached:
    """A file that came along: where it is fetched, its name and its type."""

    url: str
    name: str
    type: str


@dataclass(frozen=True)
class Said:
    """Somebody said or sent something."""

    request: Request
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True)
class Followed:
    """Somebody follows the account, which opens the conversation."""

    request: Request


@dataclass(frozen=True)
class Left:
    """Somebody follows it no more."""

    user: str


Event = Said | Followed | Left


def read(told: Any) -> Event | None:
    """Say what an event means; None where it is not for us, or makes no sense.

    What staff write (`oa_send_*`) comes as an echo too: it is theirs, and not for us.
    """
    try:
        return _event(told) if isinstance(told, dict) else None
    # The door: an event nobody foresaw must not stop those behind it.
    except Exception as error:  # noqa: BLE001
        LOG.warning("an event makes no sense", extra={"kind": type(error).__name__})
        return None


def _event(told: Mapping[str, Any]) -> Event | None:
    name = told.get("event_name")
    if name == "unfollow":
        return Left(_id(told["follower"]))
    if name == "follow":
        user = _id(told["follower"])
        key = f"follow:{_bounded(str(told['timestamp']))}"
        return Followed(Request(Address(CHANNEL, user), key, "/start"))
    if name in _SAID:
        return _said(told, str(name))
    return None


def _said(told: Mapping[str, Any], name: str) -> Said:
    message = told["message"]
    attachments = [one for one in message.get("attachments") or () if isinstance(one, dict)]
    where = _place(attachments) if name == "user_send_location" else None
    request = Request(
        Address(CHANNEL, _id(told["sender"])),
        _bounded(str(message["msg_id"])),
        "" if where else _words(message.get("text")),
        place=where,
    )
    kind = _HEAVY.get(name)
    return Said(request, tuple(_attached(one, kind) for one in attachments) if kind else ())


def _id(who: Mapping[str, Any]) -> str:
    """Give an identifier; anonymous visitors have none we could write to."""
    number = who["id"]
    if not isinstance(number, str | int) or not 0 < len(str(number)) <= LONGEST_ID:
        raise ValueError("not an identifier")
    return str(number)


def _bounded(number: str) -> str:
    """Keep a message's number as it is, or something short that stands for it."""
    if not number:
        raise ValueError("a message without a number could not be told from another")
    if len(number) <= LONGEST_ID:
        return number
    return hashlib.sha256(number.encode("utf-8", "surrogatepass")).hexdigest()


def _words(text: Any) -> str:
    return clean(text).strip() if isinstance(text, str) else ""


def _place(attachments: Sequence[Mapping[str, Any]]) -> Place:
    """Give the position, which comes as two strings."""
    found = attachments[0]["payload"]["coordinates"]
    latitude, longitude = float(found["latitude"]), float(found["longitude"])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # which NaN is not, either
        raise ValueError("not a place on earth")
    return Place(latitude, longitude)


def _attached(attachment: Mapping[str, Any], kind: str) -> Attached:
    payload = attachment["payload"]
    address = str(payload["url"])
    if kind.startswith("image/"):
        return Attached(address, "photo.jpg", kind)
    name = _words(payload.get("name"))[:200] or "file"
    return Attached(address, name, mimetypes.guess_type(name)[0] or kind)
