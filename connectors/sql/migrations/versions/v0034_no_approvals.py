"""Proposals and their approvals gave way to campaigns; what was decided about them stays in the ledger."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


# What was approved there and had not left never does: the gate knows no seal for it, and no worker would ask.
REFUSED = """
UPDATE outbox SET state = 'refused', error = 'approved under an earlier version: nobody has approved this'
WHERE approval_id IS NOT NULL AND state IN ('pending', 'held') AND approval_id NOT IN (SELECT id FROM campaigns)
"""


def upgrade() -> None:
    op.execute(REFUSED)
    op.drop_table("approvals")
