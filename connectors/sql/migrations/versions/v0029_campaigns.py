"""Campaigns with the manifests of their recipients and the votes on them."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _campaigns()
    _recipients()
    _votes()
    _outbox()
    _attributes()


def _campaigns() -> None:
    words = ("play", "matter", "purpose", "state", "digest", "campaign", "reason", "frozen_to")
    op.create_table(
        "campaigns",
        sa.Column("id", TEXT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in (*words, "slack_channel", "slack_ts", "facts")),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("created_at", "expires_at", "changed_at")),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("claimed_until", "began_at", "ended_at", "shown_at")),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
    )
    op.create_index("ix_campaigns_state_created_at", "campaigns", ["state", "created_at"])
    op.create_index("ix_campaigns_matter_play_created_at", "campaigns", ["matter", "play", "created_at"])


def _recipients() -> None:
    name = "campaign_recipients"
    words = ("customer_id", "address", "variant", "segment", "arm", "digest", "state", "fields")
    op.create_table(
        name,
        sa.Column("campaign_id", TEXT, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        *(sa.Column(each, TEXT, nullable=False) for each in words),
        sa.Column("opens_at", MOMENT, nullable=False),
        sa.Column("time_zone", TEXT, nullable=True),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("effect_id", TEXT, nullable=True),
        sa.Column("queued_at", MOMENT, nullable=True),
        _of_campaign(name),
        sa.PrimaryKeyConstraint("campaign_id", "ordinal", name=f"pk_{name}"),
        sa.UniqueConstraint("campaign_id", "address", name=f"uq_{name}_campaign_id_address"),
        sa.UniqueConstraint("campaign_id", "customer_id", name=f"uq_{name}_campaign_id_customer_id"),
    )
    hours = ["campaign_id", "arm", "state", "opens_at"]
    op.create_index(f"ix_{name}_{'_'.join(hours)}", name, hours)
    queued = sa.text("queued_at IS NOT NULL")
    op.create_index(
        f"ix_{name}_queued", name, ["customer_id", "queued_at"], sqlite_where=queued, postgresql_where=queued
    )


def _votes() -> None:
    name = "campaign_votes"
    words = ("campaign_id", "digest", "email", "role", "user_id", "name", "reason")
    op.create_table(
        name,
        sa.Column("serial", SERIAL, nullable=False),
        *(sa.Column(each, TEXT, nullable=False) for each in words),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _of_campaign(name),
        sa.PrimaryKeyConstraint("serial", name=f"pk_{name}"),
        sa.UniqueConstraint("campaign_id", "digest", "email", name=f"uq_{name}_campaign_id_digest_email"),
    )


def _outbox() -> None:
    of_campaign = sa.text("approval_id IS NOT NULL")
    op.create_index(
        "ix_outbox_campaign",
        "outbox",
        ["approval_id", "state", "delivery"],
        sqlite_where=of_campaign,
        postgresql_where=of_campaign,
    )


def _attributes() -> None:
    """An audience is read in the order of the customers' ids."""
    op.drop_index("ix_customer_attributes_name", "customer_attributes")
    op.create_index("ix_customer_attributes_name_customer_id", "customer_attributes", ["name", "customer_id"])


def _of_campaign(table: str) -> sa.ForeignKeyConstraint:
    foreign = f"fk_{table}_campaign_id_campaigns"
    return sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=foreign, ondelete="CASCADE")
