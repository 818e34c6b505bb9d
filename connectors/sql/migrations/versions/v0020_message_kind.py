"""What a message is besides words: a reaction, or a keyword that the vendor answers."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("kind", sa.Text(), server_default="", nullable=False))
