"""Erasures with their suppressions, and the access log."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "suppressions",
        sa.Column("hash", sa.Text(), primary_key=True),
        sa.Column("erasure_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_suppressions_erasure_id", "suppressions", ["erasure_id"])
    op.create_table(
        "erased_effects",
        sa.Column("effect_id", sa.Text(), primary_key=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("erasure_id", sa.Text(), nullable=False),
    )
    op.create_index("ix_erased_effects_erasure_id", "erased_effects", ["erasure_id"])
    op.create_table(
        "accesses",
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("ref", sa.Text(), nullable=False, server_default=""),
    )
    op.create_index("ix_accesses_at", "accesses", ["at"])
    op.create_index("ix_accesses_customer_id_at", "accesses", ["customer_id", "at"])
