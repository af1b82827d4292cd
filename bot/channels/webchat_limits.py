"""Holds what one address of the internet sends to a measure: a new person is made up in no time."""

from __future__ import annotations

import datetime as dt
import ipaddress

from db import limits, people
from db.engine import Connection

AN_HOUR, A_MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
MOST_NEW = 100
"""Conversations begun from one address in an hour: a whole office may share it."""
MOST_MESSAGES = 300
"""Messages from one address in a minute."""


async def may_write(
    conn: Connection, host: str, channel: str, user: str, *, now: dt.datetime
) -> bool:
    """Count a message; False where its address has sent too much."""
    address = counted(host)
    if not address:
        return True
    if await people.find(conn, channel, user) is None and not await limits.hit_address(
        conn, address, "web-new", now=now, window=AN_HOUR, most=MOST_NEW
    ):
        return False
    return await limits.hit_address(
        conn, address, "web", now=now, window=A_MINUTE, most=MOST_MESSAGES
    )


def counted(host: str) -> str:
    """Give the address that is counted; "" for one inside: an office, or a proxy that tells none.

    Of IPv6 the network counts: whoever has one address there has all of them (RFC 6177).
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if not address.is_global:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
