"""Where a message came from or went to, and which other it is a reply to."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("address", sa.Text(), server_default="", nullable=False))
    op.add_column("messages", sa.Column("quotes", sa.Text(), server_default="", nullable=False))
