"""Questions that no article answers, and the fact of the customer's own case that bears a sentence out."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text()
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("draft_sentences", sa.Column("record", TEXT))
    op.create_table(
        "gaps",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("message_id", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("intent", TEXT, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nearest", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_gaps"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_gaps_conversation_id_conversations", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("message_id", name="uq_gaps_message_id"),
    )
    op.create_index("ix_gaps_at", "gaps", ["at"])
    op.create_index("ix_gaps_conversation_id", "gaps", ["conversation_id"])
