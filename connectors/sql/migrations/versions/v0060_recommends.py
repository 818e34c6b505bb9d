"""Whether customers would recommend the company, from 0 to 10."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Adding a column leaves the triggers of `conversations` as they are.
    op.add_column("conversations", sa.Column("recommends", sa.Integer()))
    op.add_column("matters", sa.Column("recommends", sa.Integer()))
