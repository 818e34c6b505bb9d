"""What agents take into their replies, and what they ask supervisors about."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "state IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn', 'used')"


def upgrade() -> None:
    _insertions()
    _requests()


def _insertions() -> None:
    op.create_table(
        "insertions",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("draft_id", TEXT),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("left_out", TEXT, nullable=False),
        sa.Column("confirmed", TEXT, nullable=False),
        sa.Column("copied", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("agent_id", TEXT, nullable=False),
        sa.Column("agent", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("comment", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("kept", sa.Float()),
        sa.Column("distance", sa.Integer()),
        _of_conversation("insertions"),
        sa.PrimaryKeyConstraint("serial", name="pk_insertions"),
    )
    for column in ("conversation_id", "draft_id", "at"):
        op.create_index(f"ix_insertions_{column}", "insertions", [column])


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("request", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("decided_by", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("decided_name", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("decided_at", MOMENT),
        sa.Column("reason", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("slack_channel", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("slack_ts", TEXT, nullable=False, server_default=sa.text("''")),
        sa.CheckConstraint(STATES, name="ck_requests_state"),
        _of_conversation("requests"),
        sa.PrimaryKeyConstraint("serial", name="pk_requests"),
        sa.UniqueConstraint("id", name="uq_requests_id"),
    )
    op.create_index("ix_requests_conversation_id", "requests", ["conversation_id"])


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["conversations.id"],
        name=f"fk_{table}_conversation_id_conversations",
        ondelete="CASCADE",
    )
