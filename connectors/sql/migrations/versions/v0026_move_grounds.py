"""Moves: why the messages stood where they did before, so that putting them back is exact."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("moves", sa.Column("before", sa.Text(), nullable=False, server_default=sa.text("'[]'")))
