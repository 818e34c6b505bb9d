"""The seals under which campaigns leave."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "campaign_seals",
        *(
            sa.Column(name, TEXT, nullable=False)
            for name in ("campaign_id", "digest", "root", "whole", "policy_version", "composer", "sealers", "standing")
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("at", "expires_at", "not_after")),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_campaign_seals"),
    )
