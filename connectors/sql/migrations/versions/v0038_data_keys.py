"""The keys that data are encrypted with, wrapped by the master key."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "data_keys",
        sa.Column("serial", serial, primary_key=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_data_keys_master", "data_keys", ["master"])
    open_ones = sa.text("destroyed_at IS NULL")
    op.create_index(
        "uq_data_keys_open", "data_keys", ["subject"], unique=True, sqlite_where=open_ones, postgresql_where=open_ones
    )
