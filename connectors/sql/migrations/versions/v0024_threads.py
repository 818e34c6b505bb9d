"""Threads: why a message is in a conversation, the further tickets of one, what agents moved."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EMPTY = sa.text("''")


def upgrade() -> None:
    _joins()
    _linked_tickets()
    _moves()


def _joins() -> None:
    op.create_table(
        "joins",
        sa.Column("serial", SERIAL, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("message_id", "conversation_id", "ground")),
        sa.Column("words", TEXT, nullable=False, server_default=EMPTY),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", TEXT, nullable=False, server_default=EMPTY),
        _of_conversation("joins", "conversation_id"),
        sa.PrimaryKeyConstraint("serial", name="pk_joins"),
        sa.UniqueConstraint("message_id", name="uq_joins_message_id"),
    )
    op.create_index("ix_joins_conversation_id", "joins", ["conversation_id"])


def _linked_tickets() -> None:
    op.create_table(
        "linked_tickets",
        *(sa.Column(name, TEXT, nullable=False) for name in ("ticket_id", "conversation_id")),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _of_conversation("linked_tickets", "conversation_id"),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_linked_tickets"),
    )
    op.create_index("ix_linked_tickets_conversation_id", "linked_tickets", ["conversation_id"])


def _moves() -> None:
    op.create_table(
        "moves",
        sa.Column("serial", SERIAL, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("id", "origin", "to", "messages", "by")),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        _of_conversation("moves", "origin"),
        _of_conversation("moves", "to"),
        sa.PrimaryKeyConstraint("serial", name="pk_moves"),
        sa.UniqueConstraint("id", name="uq_moves_id"),
    )
    op.create_index("ix_moves_origin", "moves", ["origin"])
    op.create_index("ix_moves_to", "moves", ["to"])


def _of_conversation(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_conversations"
    return sa.ForeignKeyConstraint([column], ["conversations.id"], name=name, ondelete="CASCADE")
