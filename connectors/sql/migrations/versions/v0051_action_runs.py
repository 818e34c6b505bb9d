"""Actions in the company's systems that were agreed to."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "action_runs",
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slack_channel", sa.Text(), nullable=False, server_default=""),
        sa.Column("slack_ts", sa.Text(), nullable=False, server_default=""),
        sa.CheckConstraint(
            "state IN ('awaiting', 'ready', 'done', 'refused', 'unclear', 'rejected', 'expired')",
            name="ck_action_runs_state",
        ),
    )
    op.create_index("ix_action_runs_conversation_id", "action_runs", ["conversation_id"])
    op.create_index(
        "ix_action_runs_customer_id_action_created_at", "action_runs", ["customer_id", "action", "created_at"]
    )
    op.create_index("ix_action_runs_state_expires_at", "action_runs", ["state", "expires_at"])
