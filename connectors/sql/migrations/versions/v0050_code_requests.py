"""Whether a one-time code was asked for from a place that is the person's own."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("verifications", sa.Column("own", sa.Boolean(), nullable=False, server_default=sa.true()))
