"""/lich: the report deadlines of one's body for a year, as text, as a file, and as a feed."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets

from content.whole import Content
from db import facts, report_events
from db.engine import Connection
from db.roles import Role
from handlers.answers.pieces import together
from handlers.context import Context
from handlers.message import Button, File, Reply, Request
from handlers.reports.calendar_file import TYPE, calendar_file
from handlers.reports.due import Obligation, obligations
from handlers.reports.mine import AGENCY_STAFF, agencies
from handlers.reports.opened import opened
from handlers.reports.standing import log_of, standing
from handlers.reports.words import agency_name, period_name

A_YEAR = dt.timedelta(days=365)
SECRET = "calendar.secret"  # noqa: S105 - the name of the fact, not the secret
DIGITS = 32
MOST_LINES = 12
PROVINCE = frozenset({"coordinator", "admin"})
"""Roles whose calendar has the days of all bodies."""


async def my_calendar(request: Request, ctx: Context) -> Reply:
    """List the coming deadlines, and offer the file and the address of the feed."""
    del request
    t = ctx.t
    found = await deadlines(ctx.conn, ctx.content, ctx.roles, ctx.today)
    if not found:
        return Reply(t("No report is due for you in the coming year."))
    lines = dict.fromkeys(_line(owed, day, ctx) for owed, day in found)
    path = f"/calendar/{await feed(ctx.conn, ctx.person.id)}.ics"
    text = together(
        [
            t("Your report deadlines of the coming year"),
            "\n".join(list(lines)[:MOST_LINES]),
            t(
                "For your own calendar: subscribe to {address} (keep it to yourself), or save the "
                "file.",
                address=path,
            ),
        ]
    )
    return Reply(text, ((Button(t("Save as a file (.ics)"), "calendar:file"),),))


async def send_file(request: Request, ctx: Context) -> Reply:
    """Give the calendar as a file."""
    del request
    found = await deadlines(ctx.conn, ctx.content, ctx.roles, ctx.today)
    data = calendar_file(found, ctx.content, ctx.t, now=ctx.now)
    file = File("han-bao-cao.ics", TYPE, data)
    return Reply(ctx.t("Open the file to add the deadlines."), files=(file,), fresh=True)


async def deadlines(
    conn: Connection, content: Content, held: frozenset[Role], today: dt.date
) -> list[tuple[Obligation, dt.date]]:
    """Give what is due in the coming year for some roles, each with the day that counts."""
    own = {role.agency for role in held if role.role in AGENCY_STAFF}
    everything = any(role.role in PROVINCE for role in held)
    events = await report_events.since(conn, today.year - 1)
    log = log_of(events)
    first, last = today - dt.timedelta(days=31), today + A_YEAR
    owed = [
        *obligations(content, first, last),
        *(one for one in opened(content, events) if one.period.due.day >= first),
    ]
    stands = [(one, standing(one, log)) for one in owed if everything or one.agency in own]
    open_ = [(one, stand.due) for one, stand in stands if not stand.done]
    return sorted(open_, key=lambda pair: pair[1])


async def feed(conn: Connection, person: int) -> str:
    """Give the secret name of a person's feed: nobody can guess it, and it needs no row."""
    key = await facts.put_first(conn, SECRET, secrets.token_hex(32))
    return f"{person}-{_sign(key, person)}"


async def owner(conn: Connection, name: str) -> int | None:
    """Give the number of the person whose feed has this name; None where it is nobody's."""
    number, _, sign = name.partition("-")
    key = await facts.get(conn, SECRET)
    if key is None or not number.isascii() or not number.isdecimal():
        return None
    good = hmac.compare_digest(_sign(key, int(number)).encode(), sign.encode())
    return int(number) if good else None


def _sign(key: str, person: int) -> str:
    return hmac.new(key.encode(), str(person).encode(), hashlib.sha256).hexdigest()[:DIGITS]


def _line(owed: Obligation, day: dt.date, ctx: Context) -> str:
    t = ctx.t
    own = agencies(ctx)
    line = f"• {t.full_date(day)}: {period_name(owed.period, t)}"
    many = len(own) > 1 and owed.agency in own
    return f"{line} ({agency_name(owed.agency, ctx.content, t)})" if many else line


STAFF = AGENCY_STAFF | PROVINCE
"""Who has a calendar."""
