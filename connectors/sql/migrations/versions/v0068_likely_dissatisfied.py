"""How likely customers were dissatisfied is counted anew: the forecast's certainty stood where its chance belongs."""

from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO stale_matters (conversation_id) SELECT conversation_id FROM matters "
        "WHERE likely_dissatisfied IS NOT NULL"
    )
