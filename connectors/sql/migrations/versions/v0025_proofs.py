"""Where a one-time code was repeated: on a call it proves that call alone."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("verifications", sa.Column("proved_at", sa.Text(), nullable=False, server_default=sa.text("''")))
