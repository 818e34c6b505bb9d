"""Customers with their identities, attributes and consents; what is known of them, and who is the same person."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text, true

from connectors.sql.columns import Moment, Private, PrivateJson, Serial, Token, Words, metadata

customers = Table(
    "customers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Private("customers.name"), nullable=False),
    Column("tier", Text, nullable=False, index=True),
    Column("locale", Text, nullable=False),
    Column("time_zone", Text),
    Column("organization", Words, index=True),
)

# By which a customer is found by the beginning of a word of their name: keyed hashes of it.
name_tokens = Table(
    "name_tokens",
    metadata,
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Column("token", Text, primary_key=True),
    Index(None, "token"),
)

customer_attributes = Table(
    "customer_attributes",
    metadata,
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Words, primary_key=True),
    Column("value", Token(), nullable=False),
    Column("value_sealed", Private("customer_attributes.value")),
    Index(None, "name", "customer_id"),
)

identities = Table(
    "identities",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value", Token(), nullable=False),
    Column("value_sealed", Private("identities.value")),
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("verified", Boolean, nullable=False),
    # How many merges it came through: the person's own are newer than what came with somebody else's.
    Column("merged", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("kind", "value"),
)

consents = Table(
    "consents",
    metadata,
    Column("serial", Serial, primary_key=True),
    # A hash over all the words of the consent: the same words twice are one row.
    Column("id", Text, nullable=False, unique=True),
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Words, nullable=False),
    Column("wording", Words, nullable=False),
)

profile_facts = Table(
    "profile_facts",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("value", Private("profile_facts.value"), nullable=False),
    Column("source", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Words, nullable=False),
    Column("evidence", Text, nullable=False),
)

asked_sources = Table(
    "asked_sources",
    metadata,
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Column("source", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("facts", PrivateJson("asked_sources.facts", "[]"), nullable=False),
    Column("problem", Words, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Token(), primary_key=True),
    Column("value_sealed", Private("claims.value")),
    Column("source", Text, primary_key=True),
    Column("ref", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "kind", "value"),
)

merges = Table(
    "merges",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kept_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("merged_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by", Words, nullable=False),
    Column("why", Private("merges.why"), nullable=False),
    Column("moved", PrivateJson("merges.moved", "{}"), nullable=False),
    Column("undone_at", Moment),
    Column("undone_by", Words, nullable=False, server_default=text("''")),
    # A profile goes into one other at a time.
    Index(
        "uq_merges_open",
        "merged_id",
        unique=True,
        sqlite_where=text("undone_at IS NULL"),
        postgresql_where=text("undone_at IS NULL"),
    ),
)

# Two people whom somebody has looked at and found to be two; the ids in their order.
different_people = Table(
    "different_people",
    metadata,
    Column("first_id", ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Column("second_id", ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

verifications = Table(
    "verifications",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("hint", Private("verifications.hint"), nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("until", Moment),
    Column("proved_at", Text, nullable=False, server_default=text("''")),
    Column("own", Boolean, nullable=False, server_default=true()),
)
