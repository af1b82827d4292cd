"""The tables of feedback: cases, their chained log, and the words and files that can go."""

from __future__ import annotations

import sqlalchemy as sa

from db.schema import NEVER_AGAIN, UtcTime, metadata

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(16), nullable=False, unique=True),
    sa.Column("person_id", sa.ForeignKey("people.id", ondelete="SET NULL"), index=True),
    sa.Column("sealed", sa.String(400), nullable=False, server_default=""),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("agency", sa.String(64), nullable=False, server_default=""),
    sa.Column("field", sa.String(64), nullable=False, server_default=""),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False, server_default=""),
    sa.Column("received", UtcTime, nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("done", UtcTime, nullable=True),
    **NEVER_AGAIN,
)
"""Where each case stands: worked out from the log, and kept only so that lists are quick.

`sealed` is where an anonymous citizen is reached, readable only with a key outside the database.
"""
sa.Index("ix_cases_agency", cases.c.agency, cases.c.state, cases.c.due)
sa.Index("ix_cases_state", cases.c.state, cases.c.due)

case_events = sa.Table(
    "case_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Integer, nullable=False, index=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("actor", sa.Integer, nullable=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    **NEVER_AGAIN,
)
"""One row for each act, only ever added to; each carries the hash of the one before it.

No words of people are in it: `digest` is that of the words in `case_texts`, which can be erased.
"""

case_texts = sa.Table(
    "case_texts",
    metadata,
    sa.Column("event_id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Integer, nullable=False, index=True),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
"""The words that belong to acts; the salt keeps the digest from telling short words."""

case_files = sa.Table(
    "case_files",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Integer, nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("type", sa.String(100), nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    **NEVER_AGAIN,
)
