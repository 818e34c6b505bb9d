"""Alerts of the supervisors with their occurrences, and an index by which failures are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _alerts()
    _hits()
    mine = sa.text("approval_id IS NULL")
    op.create_index("ix_outbox_tried", "outbox", ["changed_at"], sqlite_where=mine, postgresql_where=mine)


def _alerts() -> None:
    words = ("id", "kind", "state", "said", "slack_channel", "slack_ts")
    op.create_table(
        "alerts",
        *(sa.Column(name, TEXT, nullable=False) for name in words),
        *(sa.Column(name, TEXT, nullable=True) for name in ("open_key", "conversation_id")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("times", "revision", "shown")),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("first_at", "last_at")),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("until", "shown_at")),
        sa.Column("notes", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("open_key", name="uq_alerts_open_key"),
    )
    op.create_index("ix_alerts_state_last_at", "alerts", ["state", "last_at"])
    op.create_index("ix_alerts_conversation_id", "alerts", ["conversation_id"])


def _hits() -> None:
    op.create_table(
        "alert_hits",
        sa.Column("serial", SERIAL, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("source", "alert_id", "text", "ticket")),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_alert_hits"),
        sa.UniqueConstraint("source", name="uq_alert_hits_source"),
    )
    op.create_index("ix_alert_hits_alert_id_at", "alert_hits", ["alert_id", "at"])
