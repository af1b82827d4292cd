"""The queue of messages, forms of several steps, roles and invitations, consents, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
NEVER_AGAIN = {"sqlite_autoincrement": True}


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _person(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[int]:
    owner = sa.ForeignKey("people.id", ondelete="CASCADE")
    if primary_key:
        return sa.Column("person_id", sa.Integer, owner, primary_key=True)
    return sa.Column("person_id", sa.Integer, owner, nullable=nullable)


def _text(name: str, size: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(size), nullable=False, server_default="")


def upgrade() -> None:
    """Add what staff and the queue need; questions belong to the person who asked them."""
    _people()
    _questions()
    _queue()
    _staff()
    _person_facts()
    _house_facts()


def _people() -> None:
    # SQLite can make numbers that are never given twice only by making the table again. The rows
    # that hang on it stay, as long as foreign keys are off: db.engine.upgrade sees to that.
    with op.batch_alter_table(
        "people",
        recreate="always" if op.get_bind().dialect.name == "sqlite" else "never",
        table_kwargs=NEVER_AGAIN,
    ) as people:
        people.add_column(_text("name", 200))
        people.add_column(_time("blocked", nullable=True))


def _questions() -> None:
    # Questions kept so far lead to nobody, so nobody could have them erased: they go.
    op.drop_table("questions")
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer, primary_key=True),
        _person(nullable=True),
        _time("at"),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("refs", sa.JSON, nullable=False),
        _text("helped", 16),
        _time("closed", nullable=True),
        sa.Column("closed_by", sa.Integer, nullable=True),
        _text("meant", 200),
        **NEVER_AGAIN,
    )
    op.create_index("ix_questions_status", "questions", ["status"])
    op.create_index("ix_questions_person_id", "questions", ["person_id"])


def _queue() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(200), nullable=False),
        _person(nullable=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("user", sa.String(128), nullable=False),
        sa.Column("priority", sa.SmallInteger, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        _time("created"),
        _time("not_before"),
        _time("expires", nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        _text("reason", 200),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        _text("lease_by", 64),
        _time("lease_until", nullable=True),
        sa.Column("doubt", sa.Boolean, nullable=False, server_default=sa.false()),
        _time("done", nullable=True),
        _text("sent_id", 64),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        **NEVER_AGAIN,
    )
    op.create_index("ix_outbox_person_id", "outbox", ["person_id"])
    op.create_index("ix_outbox_done", "outbox", ["done"])
    queued = sa.text("state = 'queued'")
    op.create_index(
        "ix_outbox_queued",
        "outbox",
        ["channel", "priority", "id"],
        sqlite_where=queued,
        postgresql_where=queued,
    )
    op.create_index("ix_outbox_user", "outbox", ["channel", "user", "state"])
    op.create_table(
        "dialogs",
        _person(primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        _time("at"),
    )


def _staff() -> None:
    op.create_table(
        "roles",
        sa.Column("id", sa.Integer, primary_key=True),
        _person(),
        sa.Column("role", sa.String(16), nullable=False),
        _text("agency", 64),
        _time("granted"),
        sa.Column("granted_by", sa.Integer, nullable=True),
        sa.UniqueConstraint("person_id", "role", "agency", name="uq_roles_person_id"),
        **NEVER_AGAIN,
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        _text("agency", 64),
        _text("name", 200),
        _time("created"),
        _time("expires"),
        sa.Column("made_by", sa.Integer, nullable=True),
        _time("used", nullable=True),
        sa.Column("used_by", sa.Integer, nullable=True),
        sa.UniqueConstraint("code_hash", name="uq_invitations_code_hash"),
        **NEVER_AGAIN,
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        _time("at"),
        sa.Column("actor", sa.Integer, nullable=True),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        **NEVER_AGAIN,
    )


def _person_facts() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer, primary_key=True),
        _person(),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        _time("at"),
        _time("withdrawn", nullable=True),
        **NEVER_AGAIN,
    )
    op.create_index("ix_consents_person_id", "consents", ["person_id"])
    op.create_table(
        "topics", _person(primary_key=True), sa.Column("topic", sa.String(64), primary_key=True)
    )
    op.create_table(
        "limits",
        _person(primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        _time("begun"),
        sa.Column("count", sa.Integer, nullable=False),
    )


def _house_facts() -> None:
    op.create_table(
        "addresses",
        sa.Column("address", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        _time("begun"),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
