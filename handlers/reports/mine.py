"""What a button on a report asks first: whether it is there, and this person's to act on."""

from __future__ import annotations

from dataclasses import dataclass

from content.catalogue import msg
from db import report_events
from handlers.context import Context
from handlers.message import Reply
from handlers.reports import state as states
from handlers.reports.due import Obligation
from handlers.reports.standing import Standing
from handlers.reports.state import State
from handlers.reports.words import agency_name, period_name

AGENCY_STAFF = frozenset({"focal", "deputy", "head"})
"""Roles that act for a body on its reports."""
NOT_YOURS = msg("This report belongs to another body than yours.")


@dataclass(frozen=True)
class Mine:
    """A report somebody acts on: the state of all, the obligation, and how it stands."""

    state: State
    owed: Obligation
    stands: Standing

    @property
    def key(self) -> str:
        """Name the obligation in buttons."""
        return self.owed.key

    def title(self, ctx: Context) -> str:
        """Name report and body."""
        body = agency_name(self.owed.agency, ctx.content, ctx.t)
        return f"{period_name(self.owed.period, ctx.t)} – {body}"


def agencies(ctx: Context) -> frozenset[str]:
    """Give the bodies this person acts for."""
    return frozenset(role.agency for role in ctx.roles if role.role in AGENCY_STAFF)


async def find(key: str, ctx: Context) -> Mine | Reply:
    """Find the report a button names; a reply where it is gone or another body's."""
    agency = key.rpartition(":")[2]
    if agency not in agencies(ctx):
        return Reply(ctx.t(NOT_YOURS))
    state = await states.read(ctx.conn, ctx.content, ctx.now)
    owed = state.find(key)
    if owed is None:
        return ctx.old_button()
    return Mine(state, owed, state.standing(owed))


async def note(kind: report_events.Kind, mine: Mine, ctx: Context, **data: object) -> int:
    """Write down what this person did with the report; gives the act's number."""
    period = mine.owed.period
    return await report_events.note(
        ctx.conn,
        kind,
        report=period.report,
        year=period.year,
        agency=mine.owed.agency,
        actor=ctx.person.id,
        now=ctx.now,
        data=data,
    )
