"""Which signed URLs have opened the sidebar: until now among the cursors, where they stayed for ever."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_expires_at", "sign_ins", ["expires_at"])
    # A signed URL lives for two minutes; what is forgotten here has long expired when the new version runs.
    op.execute("DELETE FROM cursors WHERE name LIKE 'signed_url:%'")
