"""The files of a message, whether a machine sent it, and the customer's own word on a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("satisfaction", sa.Text(), server_default="", nullable=False))
    op.add_column("messages", sa.Column("attachments", sa.Text()))
    op.add_column("messages", sa.Column("automatic", sa.Boolean(), server_default=sa.false(), nullable=False))
