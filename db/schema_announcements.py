"""The tables of announcements: what was written, and who has read what must be read."""

from __future__ import annotations

import sqlalchemy as sa

from db.schema import NEVER_AGAIN, UtcTime, metadata

announcements = sa.Table(
    "announcements",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("written_by", sa.Integer, nullable=False),
    sa.Column("written", UtcTime, nullable=False),
    sa.Column("approved_by", sa.Integer, nullable=True),
    sa.Column("approved", UtcTime, nullable=True),
    sa.Column("queued", UtcTime, nullable=True),
    **NEVER_AGAIN,
)
"""`content` holds texts, links, topic, audience and time; `digest` is of all of that together."""

readings = sa.Table(
    "readings",
    metadata,
    sa.Column("announcement", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column(
        "person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    sa.Column("at", UtcTime, nullable=False),
)
"""Which officials said that they have read an announcement that must be read."""
