"""One person on several channels: whose further address a row is, and codes that link."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("people", sa.Column("same_as", sa.Integer, nullable=True))
    op.create_index("ix_people_same_as", "people", ["same_as"])
    op.create_table(
        "link_codes",
        sa.Column("person_id", sa.Integer, primary_key=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("code_hash"),
    )
