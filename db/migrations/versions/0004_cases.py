"""Feedback: cases, the chained log of all that happened to them, words and files that can go."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
NEVER_AGAIN = {"sqlite_autoincrement": True}


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, size: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(size), nullable=False, server_default="")


def upgrade() -> None:
    """Add the four tables."""
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(16), nullable=False, unique=True),
        sa.Column(
            "person_id", sa.Integer, sa.ForeignKey("people.id", ondelete="SET NULL"), nullable=True
        ),
        _text("sealed", 400),
        sa.Column("kind", sa.String(16), nullable=False),
        _text("agency", 64),
        _text("field", 64),
        sa.Column("state", sa.String(16), nullable=False),
        _text("outcome", 16),
        _time("received"),
        sa.Column("due", sa.Date, nullable=False),
        _time("done", nullable=True),
        **NEVER_AGAIN,
    )
    op.create_index("ix_cases_person_id", "cases", ["person_id"])
    op.create_index("ix_cases_agency", "cases", ["agency", "state", "due"])
    op.create_index("ix_cases_state", "cases", ["state", "due"])
    op.create_table(
        "case_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, nullable=False),
        _time("at"),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("actor", sa.Integer, nullable=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        **NEVER_AGAIN,
    )
    op.create_index("ix_case_events_case_id", "case_events", ["case_id"])
    op.create_table(
        "case_texts",
        sa.Column("event_id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_case_texts_case_id", "case_texts", ["case_id"])
    op.create_table(
        "case_files",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        **NEVER_AGAIN,
    )
    op.create_index("ix_case_files_case_id", "case_files", ["case_id"])
