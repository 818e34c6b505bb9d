"""Kept matters that people practise on."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("suite_cases", sa.Column("training", sa.Text(), nullable=False, server_default="{}"))
