"""What came in and what goes out: inbox, outbox, approvals, ledger, cursors."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _approvals()
    _cursors()
    _events()
    _ledger()
    _outbox()
    _outbox_indexes()


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("campaign_id", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("proposal", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("decided_by", TEXT),
        sa.Column("decided_name", TEXT),
        sa.Column("decided_at", MOMENT),
        sa.Column("slack_channel", TEXT),
        sa.Column("slack_ts", TEXT),
        sa.CheckConstraint("state IN ('pending', 'approved', 'rejected', 'expired')", name="ck_approvals_state"),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
    )
    op.create_index("ix_approvals_campaign_id", "approvals", ["campaign_id"])


def _cursors() -> None:
    op.create_table(
        "cursors",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_cursors"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("delivery_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("payload", TEXT, nullable=False),
        sa.Column("state", TEXT, server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_at", MOMENT),
        sa.Column("retry_at", MOMENT),
        sa.Column("published_at", MOMENT),
        sa.Column("publishes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("result", TEXT),
        sa.Column("error", TEXT),
        sa.CheckConstraint("state IN ('pending', 'claimed', 'done', 'parked')", name="ck_events_state"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.UniqueConstraint("source", "delivery_id", name="uq_events_source_delivery_id"),
    )
    op.create_index(
        "ix_events_open",
        "events",
        ["state", "received_at"],
        unique=False,
        sqlite_where=sa.text("state <> 'done'"),
        postgresql_where=sa.text("state <> 'done'"),
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("serial", SERIAL, autoincrement=False, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("facts", TEXT, nullable=False),
        sa.Column("previous", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_ledger"),
        sa.UniqueConstraint("hash", name="uq_ledger_hash"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("target", TEXT, nullable=False),
        sa.Column("payload", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("policy_version", TEXT, nullable=False),
        sa.Column("approval_id", TEXT),
        sa.Column("conversation_id", TEXT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_at", MOMENT),
        sa.Column("first_sent_at", MOMENT),
        sa.Column("retry_at", MOMENT),
        sa.Column("published_at", MOMENT),
        sa.Column("publishes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("vendor_ref", TEXT),
        sa.Column("delivery", TEXT),
        sa.Column("error", TEXT),
        sa.Column("facts", TEXT, nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'held', 'sending', 'sent', 'unknown', 'parked', 'refused')", name="ck_outbox_state"
        ),
        sa.PrimaryKeyConstraint("serial", name="pk_outbox"),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )


def _outbox_indexes() -> None:
    op.create_index("ix_outbox_conversation_id", "outbox", ["conversation_id"])
    op.create_index("ix_outbox_state_serial", "outbox", ["state", "serial"])
    op.create_index("ix_outbox_vendor_ref", "outbox", ["vendor_ref"])
