"""On which ticket a message stands: a conversation may have several, and a question is answered where it was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("ticket_id", sa.Text()))
