"""Writes an announcement down and asks the approvers, or sends at once what cannot wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from content.whole import Content
from db import announced, announcements, audit, roles
from db.announcements import APPROVED, WAITING
from db.engine import Connection
from db.people import Person
from handlers.announcing.audience import summary
from handlers.announcing.wording import shown
from handlers.answers.pieces import together
from handlers.message import Button, Letter
from handlers.reports.colleagues import letter, speaking


async def write_down(
    conn: Connection, told: Content, content: Mapping[str, Any], *, by: Person, now: dt.datetime
) -> tuple[int, tuple[Letter, ...]]:
    """Write it down; gives its number and the letters to all approvers but its writer.

    What is an emergency goes at once: the letters then ask for a look afterwards.
    """
    urgent = bool(content.get("emergency"))
    state = APPROVED if urgent else WAITING
    number = await announcements.add(conn, content, by=by.id, now=now, state=state)
    act = "emergency announced" if urgent else "announcement written"
    await audit.note(conn, act, str(number), actor=by.id, now=now)
    counted = await announced.count(conn, content)
    held = await roles.holders(conn, ("approver",))
    approvers = {holder.person.id: holder.person for holder in held}
    approvers.pop(by.id, None)
    return number, tuple(
        _ask(number, content, summary(content, counted, told, speaking(person)), person)
        for person in approvers.values()
    )


def _ask(number: int, content: Mapping[str, Any], to_whom: str, person: Person) -> Letter:
    t = speaking(person)
    digest = announcements.digest_of(content)[:16]
    if content.get("emergency"):
        head = t("⚠ Sent as an emergency without approval. Two approvers have to look at it now")
        acts = (("after", t("It is right")), ("halt", t("Stop it")))
    else:
        head = t("An announcement waits for your approval")
        acts = (("yes", t("Approve")), ("no", t("Return it")))
    buttons = tuple(Button(label, f"approve:{verb}:{number}:{digest}") for verb, label in acts)
    text = together([head, to_whom, shown(content)])
    return letter(person, f"approval:announce:{number}:{person.id}", text, (buttons,))
