"""The tables. Times are aware UTC; texts people wrote are masked before they come here."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(sa.types.TypeDecorator[dt.datetime]):
    """An aware time, kept in UTC; SQLite has no zone of its own, so it is put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Refuse a time without a zone: nobody could say later which zone was meant."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


NEVER_AGAIN: dict[str, Any] = {"sqlite_autoincrement": True}
"""A number is given once, even after its row went: buttons and the audit still name the old one."""

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("user", sa.String(128), nullable=False),
    sa.Column("lang", sa.String(8), nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("name", sa.String(200), nullable=False, server_default=""),
    sa.Column("blocked", UtcTime, nullable=True),
    sa.Column("same_as", sa.Integer, nullable=True, index=True),
    sa.UniqueConstraint("channel", "user"),
    **NEVER_AGAIN,
)
"""`name` is what an invitation calls a member of staff; `blocked` since when messages bounce.

`same_as` says that a row is only a further address of a person, to whom all that is kept belongs.
The person's own row holds the address they are written to.
"""

link_codes = sa.Table(
    "link_codes",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("expires", UtcTime, nullable=False),
)
"""Codes that link another channel to a person, kept as digests, one for each person."""

seen = sa.Table(
    "seen",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("message", sa.String(128), primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("mine", sa.Boolean, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)

questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), index=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("lang", sa.String(8), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("refs", sa.JSON, nullable=False),
    sa.Column("helped", sa.String(16), nullable=False, server_default=""),
    sa.Column("closed", UtcTime, nullable=True),
    sa.Column("closed_by", sa.Integer, nullable=True),
    sa.Column("meant", sa.String(200), nullable=False, server_default=""),
    **NEVER_AGAIN,
)
"""What was asked and found, for the curators. It goes with the person: who is erased asked nothing.

`helped` is "", "yes", "no" or "other" (not what was meant); `meant` is what a curator said it is.
"""

dialogs = sa.Table(
    "dialogs",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(200), nullable=False, unique=True),
    sa.Column("person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("user", sa.String(128), nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("not_before", UtcTime, nullable=False),
    sa.Column("expires", UtcTime, nullable=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("lease_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("lease_until", UtcTime, nullable=True),
    sa.Column("doubt", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("done", UtcTime, nullable=True, index=True),
    sa.Column("sent_id", sa.String(64), nullable=False, server_default=""),
    **NEVER_AGAIN,
)
"""Every message that has to be sent; `key` names its reason, so that nothing is queued twice."""

sa.Index(
    "ix_outbox_queued",
    outbox.c.channel,
    outbox.c.priority,
    outbox.c.id,
    sqlite_where=outbox.c.state == "queued",
    postgresql_where=outbox.c.state == "queued",
)
sa.Index("ix_outbox_user", outbox.c.channel, outbox.c.user, outbox.c.state)

roles = sa.Table(
    "roles",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("agency", sa.String(64), nullable=False, server_default=""),
    sa.Column("granted", UtcTime, nullable=False),
    sa.Column("granted_by", sa.Integer, nullable=True),
    sa.UniqueConstraint("person_id", "role", "agency"),
    **NEVER_AGAIN,
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("agency", sa.String(64), nullable=False, server_default=""),
    sa.Column("name", sa.String(200), nullable=False, server_default=""),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("expires", UtcTime, nullable=False),
    sa.Column("made_by", sa.Integer, nullable=True),
    sa.Column("used", UtcTime, nullable=True),
    sa.Column("used_by", sa.Integer, nullable=True),
    **NEVER_AGAIN,
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("purpose", sa.String(32), nullable=False),
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("lang", sa.String(8), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("withdrawn", UtcTime, nullable=True),
    **NEVER_AGAIN,
)

topics = sa.Table(
    "topics",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("topic", sa.String(64), primary_key=True),
)

limits = sa.Table(
    "limits",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("begun", UtcTime, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
)

addresses = sa.Table(
    "addresses",
    metadata,
    sa.Column("address", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("begun", UtcTime, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
)
"""As `limits`, for network addresses, which are kept only as digests."""

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""Small facts of this installation, such as how far a channel was read."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("actor", sa.Integer, nullable=True),
    sa.Column("act", sa.String(64), nullable=False),
    sa.Column("target", sa.String(200), nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    **NEVER_AGAIN,
)
"""What staff did; `actor` is the person's number and outlives the person."""

report_events = sa.Table(
    "report_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("report", sa.String(64), nullable=False),
    sa.Column("year", sa.Integer, nullable=False, index=True),
    sa.Column("agency", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("actor", sa.Integer, nullable=True),
    sa.Column("data", sa.JSON, nullable=False),
    **NEVER_AGAIN,
)
"""What happened to reports, only ever added to; `agency` is "" for what concerns all bodies."""

report_files = sa.Table(
    "report_files",
    metadata,
    sa.Column("event_id", sa.ForeignKey("report_events.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("type", sa.String(100), nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

reminders = sa.Table(
    "reminders",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(200), nullable=False, unique=True),
    sa.Column(
        "person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("due_at", UtcTime, nullable=False, index=True),
    sa.Column("queued", UtcTime, nullable=False),
    sa.Column("row", sa.Integer, nullable=True),
    **NEVER_AGAIN,
)
"""Notices that were queued; `row` is the message in the queue that carries them."""
