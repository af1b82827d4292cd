"""A message that an address does not take goes to another address of the same person.

It stays one message, on one way at a time; its reason tells what became of it at each address.
"""

from __future__ import annotations

import datetime as dt

from db import leases, linked, people
from db.engine import Connection
from db.outbox import INTERACTIVE, Outgoing
from db.people import Person


async def bounced(
    conn: Connection, row: Outgoing, channel: str, why: str, *, by: str, now: dt.datetime
) -> bool:
    """Note that an address takes nothing; tells whether the message goes to another instead."""
    other = await linked.reachable(conn, channel, row.user, blocked=True, now=now)
    return await _readdress(conn, row, channel, why, other, by=by)


async def spent(conn: Connection, row: Outgoing, channel: str, why: str, *, by: str) -> bool:
    """Let a message go elsewhere, once, where its channel's quota is used up."""
    if row.person_id is None or row.priority == INTERACTIVE:
        return False
    if await leases.was_readdressed(conn, row.id):  # or it would go round for ever
        return False
    person = await people.by_id(conn, row.person_id)
    if person is None:
        return False
    other = await linked.elsewhere(conn, person, channel, row.user)
    return await _readdress(conn, row, channel, why, other, by=by)


async def _readdress(
    conn: Connection, row: Outgoing, channel: str, why: str, other: Person | None, *, by: str
) -> bool:
    """Send it on; an answer is shown where the question was asked, or nowhere."""
    if other is None or row.priority == INTERACTIVE or row.person_id != other.id:
        return False
    to = (other.channel, other.user)
    return await leases.readdress(conn, row.id, to, by=by, why=f"{channel}: {why}")
