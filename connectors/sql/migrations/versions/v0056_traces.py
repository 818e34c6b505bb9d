"""Traces go on from row to row; replies that wait for a supervisor are counted by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0052"
branch_labels = None
depends_on = None

TABLES = ("events", "outbox", "decisions")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("trace", sa.Text()))
    pending = sa.text("state = 'pending'")
    op.create_index("ix_requests_pending", "requests", ["created_at"], sqlite_where=pending, postgresql_where=pending)
