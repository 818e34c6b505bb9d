"""What is known of people besides their profile: facts with their sources, who is the same person, what proved it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from connectors.sql.columns import Json, Moment, Serial, Words
from connectors.sql.tables.base import metadata

profile_facts = Table(
    "profile_facts",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("value", Words, nullable=False),
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
    Column("facts", Json, nullable=False),
    Column("problem", Words, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Words, primary_key=True),
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
    Column("why", Words, nullable=False),
    Column("moved", Json, nullable=False),
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
    Column("hint", Words, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("until", Moment),
    Column("proved_at", Text, nullable=False, server_default=text("''")),
)
