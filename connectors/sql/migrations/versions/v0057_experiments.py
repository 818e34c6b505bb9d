"""Which decisions are part of an experiment, and what people say of quality scores."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exposures",
        sa.Column("decision_id", sa.Text(), sa.ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("experiment", sa.Text(), primary_key=True),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_exposures_experiment_at", "exposures", ["experiment", "at"])
    op.create_table(
        "quality_reviews",
        sa.Column(
            "conversation_id", sa.Text(), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("part", sa.Text(), primary_key=True),
        sa.Column("reviewer", sa.Text(), primary_key=True),
        sa.Column("score", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
