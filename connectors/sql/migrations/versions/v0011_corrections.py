"""What agents said of messages whose intent was read wrongly."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sa.Text()
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "intent_corrections",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("message_id", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("intent", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_intent_corrections"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_intent_corrections_conversation_id_conversations",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_intent_corrections_conversation_id", "intent_corrections", ["conversation_id"])
