"""People: who was merged with whom, what is known of them from where, and what proved who they are."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EMPTY = sa.text("''")


def upgrade() -> None:
    op.add_column("identities", sa.Column("merged", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_index("ix_customers_name", "customers", ["name"])
    _facts()
    _claims()
    _merges()
    _verifications()


def _facts() -> None:
    op.create_table(
        "profile_facts",
        sa.Column("serial", SERIAL, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("customer_id", "name", "value", "source")),
        sa.Column("at", MOMENT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("by", "evidence")),
        _of_customer("profile_facts", "customer_id"),
        sa.PrimaryKeyConstraint("serial", name="pk_profile_facts"),
    )
    op.create_index("ix_profile_facts_customer_id", "profile_facts", ["customer_id"])
    op.create_table(
        "asked_sources",
        *(sa.Column(name, TEXT, nullable=False) for name in ("customer_id", "source")),
        sa.Column("at", MOMENT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("facts", "problem")),
        _of_customer("asked_sources", "customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "source", name="pk_asked_sources"),
    )


def _claims() -> None:
    op.create_table(
        "claims",
        *(sa.Column(name, TEXT, nullable=False) for name in ("customer_id", "kind", "value", "source", "ref")),
        sa.Column("at", MOMENT, nullable=False),
        _of_customer("claims", "customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "kind", "value", "source", name="pk_claims"),
    )
    op.create_index("ix_claims_kind_value", "claims", ["kind", "value"])


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("serial", SERIAL, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("id", "kept_id", "merged_id")),
        sa.Column("at", MOMENT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("by", "why", "moved")),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_by", TEXT, nullable=False, server_default=EMPTY),
        _of_customer("merges", "kept_id"),
        _of_customer("merges", "merged_id"),
        sa.PrimaryKeyConstraint("serial", name="pk_merges"),
        sa.UniqueConstraint("id", name="uq_merges_id"),
    )
    for column in ("kept_id", "merged_id"):
        op.create_index(f"ix_merges_{column}", "merges", [column])
    op.create_table(
        "different_people",
        *(sa.Column(name, TEXT, nullable=False) for name in ("first_id", "second_id", "by")),
        sa.Column("at", MOMENT, nullable=False),
        _of_customer("different_people", "first_id"),
        _of_customer("different_people", "second_id"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_different_people"),
    )


def _verifications() -> None:
    op.create_table(
        "verifications",
        sa.Column("serial", SERIAL, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("id", "conversation_id", "customer_id")),
        *(sa.Column(name, TEXT, nullable=False) for name in ("channel", "hint")),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("until", MOMENT),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_verifications_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        _of_customer("verifications", "customer_id"),
        sa.PrimaryKeyConstraint("serial", name="pk_verifications"),
        sa.UniqueConstraint("id", name="uq_verifications_id"),
    )
    for column in ("conversation_id", "customer_id"):
        op.create_index(f"ix_verifications_{column}", "verifications", [column])


def _of_customer(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_customers"
    return sa.ForeignKeyConstraint([column], ["customers.id"], name=name, ondelete="CASCADE")
