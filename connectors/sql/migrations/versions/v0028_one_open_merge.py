"""A profile goes into one other at a time: of two merges at the same moment the first holds."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


OPEN = sa.text("undone_at IS NULL")
# What the first took was no longer there for the others.
LATER = """
UPDATE merges SET undone_at = at, undone_by = 'migration'
WHERE undone_at IS NULL AND EXISTS (
    SELECT 1 FROM merges AS first
    WHERE first.merged_id = merges.merged_id AND first.undone_at IS NULL AND first.serial < merges.serial
)
"""


def upgrade() -> None:
    op.execute(LATER)
    op.create_index("uq_merges_open", "merges", ["merged_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
