"""Telephone calls, and what was said in them while a person spoke."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STAGES = "stage IN ('assistant', 'transfer', 'person', 'ended')"


def upgrade() -> None:
    _calls()
    _lines()


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("sid", TEXT, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT),
        sa.Column("group", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("accepted_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("outcome", TEXT, nullable=False, server_default=sa.text("''")),
        sa.Column("raised", TEXT, nullable=False),
        sa.CheckConstraint(STAGES, name=op.f("ck_calls_stage")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_calls_conversation_id_conversations",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("sid", name="pk_calls"),
    )
    for column in ("number", "conversation_id"):
        op.create_index(f"ix_calls_{column}", "calls", [column])


def _lines() -> None:
    op.create_table(
        "call_lines",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("sid", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("mood", sa.Float()),
        sa.Column("beside", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["sid"], ["calls.sid"], name="fk_call_lines_sid_calls", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("serial", name="pk_call_lines"),
        sa.UniqueConstraint("key", name="uq_call_lines_key"),
    )
    op.create_index("ix_call_lines_sid", "call_lines", ["sid"])
