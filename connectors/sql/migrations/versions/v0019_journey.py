"""What visitors of the company's pages went through, and the offers made to them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _steps()
    _offers()


def _steps() -> None:
    op.create_table(
        "journey_steps",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("visitor", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("page", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_journey_steps"),
    )
    op.create_index("ix_journey_steps_at", "journey_steps", ["at"])
    op.create_index("ix_journey_steps_visitor_at", "journey_steps", ["visitor", "at"])


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("visitor", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("page", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("shown_at", MOMENT),
        sa.Column("answered_at", MOMENT),
        sa.Column("wrote", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
    )
    op.create_index("ix_offers_at", "offers", ["at"])
    op.create_index("ix_offers_visitor_at", "offers", ["visitor", "at"])
