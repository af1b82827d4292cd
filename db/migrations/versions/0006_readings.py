"""Who has read an announcement that must be read."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "readings",
        sa.Column("announcement", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person_id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_readings_person_id", "readings", ["person_id"])
