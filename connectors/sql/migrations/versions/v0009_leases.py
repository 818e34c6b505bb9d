"""Since when a conversation has its owner, from which team, and from which moment its facts are read afresh."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("conversations", sa.Column("owner_since", MOMENT))
    op.add_column("conversations", sa.Column("owner_group", sa.Text(), server_default="", nullable=False))
    op.add_column("conversations", sa.Column("solved_at", MOMENT))
    op.add_column("conversations", sa.Column("followed_up_at", MOMENT))
    # The timers look for what has been quiet for long.
    op.create_index("ix_conversations_owner_kind_updated_at", "conversations", ["owner_kind", "updated_at"])
