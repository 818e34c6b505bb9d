"""The weekly question to the agents."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pulse",
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("later", sa.Boolean(), nullable=False),
        sa.Column("helps", sa.Integer()),
        sa.PrimaryKeyConstraint("week", "person", name="pk_pulse"),
        sa.CheckConstraint("helps BETWEEN 1 AND 5", name="ck_pulse_helps"),
    )
