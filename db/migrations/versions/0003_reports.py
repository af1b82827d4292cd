"""Reports: the log of what happened to each, files that came along, and the notices queued."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
NEVER_AGAIN = {"sqlite_autoincrement": True}


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "report_events",
        sa.Column("id", sa.Integer, primary_key=True),
        _time("at"),
        sa.Column("report", sa.String(64), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("actor", sa.Integer, nullable=True),
        sa.Column("data", sa.JSON, nullable=False),
        **NEVER_AGAIN,
    )
    op.create_index("ix_report_events_year", "report_events", ["year"])
    op.create_table(
        "report_files",
        sa.Column(
            "event_id",
            sa.Integer,
            sa.ForeignKey("report_events.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
        sa.Column(
            "person_id",
            sa.Integer,
            sa.ForeignKey("people.id", ondelete="CASCADE"),
            nullable=False,
        ),
        _time("due_at"),
        _time("queued"),
        sa.Column("row", sa.Integer, nullable=True),
        **NEVER_AGAIN,
    )
    op.create_index("ix_reminders_person_id", "reminders", ["person_id"])
    op.create_index("ix_reminders_due_at", "reminders", ["due_at"])
