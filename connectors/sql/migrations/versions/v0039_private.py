"""Room for what is encrypted: an address stands encrypted beside its keyed hash, names are found by theirs.

What is there already is encrypted afterwards, in portions: `connectors.sql.encrypting`."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

HASHED = {
    "messages": ("author", "address"),
    "calls": ("number",),
    "customer_attributes": ("value",),
    "identities": ("value",),
    "claims": ("value",),
    "outbox": ("key", "target"),
    "campaign_recipients": ("address",),
}


def upgrade() -> None:
    for table, columns in HASHED.items():
        for column in columns:
            op.add_column(table, sa.Column(f"{column}_sealed", sa.Text()))
    op.create_table(
        "name_tokens",
        sa.Column("customer_id", sa.Text(), sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("token", sa.Text(), primary_key=True),
    )
    op.create_index("ix_name_tokens_token", "name_tokens", ["token"])
    op.drop_index("ix_customers_name", "customers")
