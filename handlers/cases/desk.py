"""Does something to a case: the act goes into the log, and what lists show follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from content.catalogue import translator
from db import case_log, cases, people
from db.cases import Case
from handlers.cases.codes import shown
from handlers.cases.story import Clock, Story, next_state, tell
from handlers.context import Context
from handlers.message import Address, Letter, Rows
from handlers.reports.due import working_days


@dataclass(frozen=True)
class Desk:
    """A case on the desk: as listed, and its story."""

    case: Case
    story: Story


def clock(ctx: Context) -> Clock:
    """Give the clocks cases are counted by."""
    return Clock(working_days(ctx.content), ctx.content.feedback.days)


async def take_up(case: Case, ctx: Context) -> Desk:
    """Read a case's story."""
    story = tell(await case_log.of_case(ctx.conn, case.id), clock(ctx))
    assert story is not None, "a case begins with an act"
    return Desk(case, story)


async def act(
    case: Case,
    kind: str,
    ctx: Context,
    *,
    role: str,
    data: Mapping[str, Any] | None = None,
    text: str = "",
) -> Desk | None:
    """Do something to a case; None where it cannot be done to it as it stands now."""
    desk = await take_up(case, ctx)
    if not next_state(desk.story, kind):
        return None
    actor = None if role == "system" or _hides(case, role) else ctx.person.id
    await case_log.append(
        ctx.conn, case.id, kind, actor=actor, role=role, now=ctx.now, data=data, text=text
    )
    return await settle(case, ctx)


async def settle(case: Case, ctx: Context) -> Desk:
    """Bring what lists show in line with the log."""
    desk = await take_up(case, ctx)
    story = desk.story
    await cases.change(ctx.conn, case.id, **listed(story))
    return Desk(await cases.by_id(ctx.conn, case.id) or case, story)


def listed(story: Story) -> dict[str, Any]:
    """Give what lists show of a story."""
    return {
        "kind": story.kind,
        "agency": story.agency,
        "field": story.field,
        "state": story.state,
        "outcome": story.outcome,
        "due": story.due,
        "done": story.answered,
    }


def _hides(case: Case, role: str) -> bool:
    """Tell whether the actor must not be noted: an anonymous citizen has no number."""
    return role == "citizen" and bool(case.sealed or case.person_id is None)


async def to_citizen(case: Case, key: str, text: str, ctx: Context, rows: Rows) -> Letter | None:
    """Make a message to the citizen of a case; None where nobody can be reached.

    An anonymous citizen is only told that there is something new: their conversation must not
    tell which case is theirs.
    """
    if case.person_id is not None:
        person = await people.by_id(ctx.conn, case.person_id)
        if person is None:
            return None
        return Letter(person.id, Address(person.channel, person.user), key, text, rows)
    channel, _, sealed = case.sealed.partition("|")
    if not sealed:
        return None
    t = translator("vi")
    news = t(
        "There is something new in a feedback you sent anonymously. Type /cuatoi and its code to "
        "see it."
    )
    return Letter(None, Address(channel, sealed), key, news)


async def lines(case: Case, ctx: Context, *, inner: bool) -> list[tuple[case_log.Act, str]]:
    """Give the acts on a case with their words; notes of staff only where `inner` says so."""
    words = await case_log.words(ctx.conn, case.id)
    acts = await case_log.of_case(ctx.conn, case.id)
    return [(one, words.get(one.id, "")) for one in acts if inner or one.kind not in INNER]


INNER = ("noted", "merged", "spam", "warned", "handed-on")
"""Acts whose words are for staff only."""


def title(case: Case, ctx: Context) -> str:
    """Name a case: its code and kind."""
    kinds = {kind.id: kind.name.get(ctx.t.lang) for kind in ctx.content.feedback.kinds}
    name = kinds.get(case.kind, case.kind).partition(" (")[0]
    return f"{shown(case.code)} · {name}"
