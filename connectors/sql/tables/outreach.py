"""Campaigns with their recipients, votes and seals; steps on the company's pages, and offers."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false, text

from connectors.sql.columns import Json, Moment, Private, PrivateJson, Serial, Token, Words, metadata

# Campaigns, the manifests of their recipients, and who voted on them.

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Text, primary_key=True),
    Column("play", Text, nullable=False),
    Column("matter", Words, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    # All that an approval covers, in the versioned JSON of `connectors.sql.codec`.
    Column("campaign", Private("campaigns.campaign"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("reason", Words, nullable=False),
    Column("frozen_to", Words, nullable=False),
    Column("claimed_until", Moment),
    Column("slack_channel", Text, nullable=False),
    Column("slack_ts", Text, nullable=False),
    Column("began_at", Moment),
    Column("ended_at", Moment),
    Column("shown_at", Moment),
    Column("facts", PrivateJson("campaigns.facts", "{}"), nullable=False),
    Index(None, "state", "created_at"),
    Index(None, "matter", "play", "created_at"),
)

campaign_recipients = Table(
    "campaign_recipients",
    metadata,
    Column("campaign_id", ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("address", Token(), nullable=False),
    Column("address_sealed", Private("campaign_recipients.address")),
    Column("variant", Words, nullable=False),
    Column("segment", Words, nullable=False),
    Column("arm", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("opens_at", Moment, nullable=False),
    Column("time_zone", Text),
    Column("fields", PrivateJson("campaign_recipients.fields", "{}"), nullable=False),
    Column("parts", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("effect_id", Text),
    Column("queued_at", Moment),
    UniqueConstraint("campaign_id", "address"),
    UniqueConstraint("campaign_id", "customer_id"),
    Index(None, "campaign_id", "arm", "state", "opens_at"),
)
# Of those only to whom something went: most lines of a manifest never need to be found by their person.
QUEUED = text("queued_at IS NOT NULL")
Index(
    "ix_campaign_recipients_queued",
    campaign_recipients.c.customer_id,
    campaign_recipients.c.queued_at,
    sqlite_where=QUEUED,
    postgresql_where=QUEUED,
)

campaign_votes = Table(
    "campaign_votes",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("email", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("yes", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Words, nullable=False),
    UniqueConstraint("campaign_id", "digest", "email"),
)


# The seals under which campaigns leave.

# No foreign key: who approved what outlives the campaign.
campaign_seals = Table(
    "campaign_seals",
    metadata,
    Column("campaign_id", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("whole", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("composer", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("not_after", Moment, nullable=False),
    Column("sealers", Json, nullable=False),
    Column("standing", Text, nullable=False),
)


# What visitors of the company's pages went through, and the offers made to them.

journey_steps = Table(
    "journey_steps",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("visitor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("page", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("language", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Index(None, "visitor", "at"),
)

offers = Table(
    "offers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("visitor", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("text", Words, nullable=False),
    Column("evidence", Words, nullable=False),
    Column("page", Words, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
    Column("shown_at", Moment),
    Column("answered_at", Moment),
    Column("wrote", Boolean, nullable=False, server_default=false()),
    Index(None, "visitor", "at"),
)
