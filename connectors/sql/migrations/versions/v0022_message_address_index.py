"""A messaging conversation is found by its address when an agent writes in it."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_messages_address"), "messages", ["address"])
