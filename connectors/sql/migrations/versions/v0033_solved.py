"""Conversations are found by when they were solved: what is said afterwards is said once."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_conversations_solved_at", "conversations", ["solved_at"])
