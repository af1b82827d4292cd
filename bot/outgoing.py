"""Turns a reply into what is kept and queued: JSON that any channel can send later."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from typing import Any

from bot.channels.channel import Shows
from bot.parts import parts
from db.outbox import Queued
from handlers.message import Letter, Reply, Request, Rows

EXPIRES = dt.timedelta(hours=1)
"""After this an answer is stale: the person has asked somebody else, or again."""


def body(reply: Reply) -> dict[str, Any]:
    """Give what a channel needs besides the text to draw a reply, as JSON."""
    return {
        "buttons": _buttons(reply.buttons),
        "notice": reply.notice,
        "refs": list(reply.refs),
        "subject": reply.subject,
    }


def queued(letter: Letter) -> Queued:
    """Give a message to somebody else as the queue takes it."""
    to = letter.to
    sent = letter_body(letter.text, letter.buttons)
    return Queued(letter.key, to.channel, to.user, sent, letter.person)


def letter_body(text: str, buttons: Rows) -> dict[str, Any]:
    """Give what has to be sent of a message to somebody else."""
    return {"text": text, "buttons": _buttons(buttons)}


def _buttons(rows: Rows) -> list[list[dict[str, str]]]:
    return [
        [{"label": b.label, **({"action": b.action} if b.action else {"url": b.url})} for b in row]
        for row in rows
    ]


def rows(request: Request, reply: Reply, shows: Shows) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the messages of a reply, each with the key that names its reason.

    Buttons, files and the menu go with the last; an answer to a press takes the place of the
    message that was pressed where it is one message.
    """
    texts = parts(reply.text, shows.limit) or [""]
    *others, last = texts
    for at, text in enumerate(others):
        yield _key(request, at), {"text": text}
    message: dict[str, Any] = {"text": last, "buttons": _buttons(reply.buttons)}
    if request.source and not others and not reply.fresh and not reply.files:
        message["edit"] = request.source
    if reply.menu:
        message["menu"] = [list(line) for line in reply.menu]
    if reply.files:
        message["files"] = [
            {"name": f.name, "type": f.type, "data": base64.b64encode(f.data).decode()}
            for f in reply.files
        ]
    yield _key(request, len(others)), message


def _key(request: Request, part: int) -> str:
    return f"reply:{request.sender.channel}:{request.sender.user}:{request.id}:{part}"
