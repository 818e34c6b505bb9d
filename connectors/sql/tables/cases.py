"""Customers, their conversations, and what was decided in them."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false, text

from connectors.sql.columns import Json, Moment, Serial, Words
from connectors.sql.tables.base import metadata

customers = Table(
    "customers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Words, nullable=False, index=True),
    Column("tier", Text, nullable=False, index=True),
    Column("locale", Text, nullable=False),
    Column("time_zone", Text),
    Column("organization", Words, index=True),
)

customer_attributes = Table(
    "customer_attributes",
    metadata,
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
    Index(None, "name", "customer_id"),
)

identities = Table(
    "identities",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value", Words, nullable=False),
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

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False),
    Column("subject", Words, nullable=False),
    Column("owner_kind", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("owner_name", Words, nullable=False),
    # Words, because addresses of pages name it: PostgreSQL refuses to even look for a NUL.
    Column("ticket_id", Words, unique=True),
    Column("channel", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("brand", Words, nullable=False, server_default=text("''")),
    Column("owner_since", Moment),
    Column("owner_group", Words, nullable=False, server_default=text("''")),
    Column("solved_at", Moment),
    Column("followed_up_at", Moment),
    Column("satisfaction", Text, nullable=False, server_default=text("''")),
    Index(None, "customer_id", "updated_at"),
    Index(None, "owner_kind", "updated_at"),
    Index(None, "solved_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("author", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("vendor_ref", Text, nullable=False, unique=True),
    Column("public", Boolean, nullable=False),
    Column("delivery", Text),
    Column("attachments", Json),
    Column("automatic", Boolean, nullable=False, server_default=false()),
    Column("address", Words, nullable=False, server_default=text("''")),
    Column("quotes", Text, nullable=False, server_default=text("''")),
    Column("kind", Text, nullable=False, server_default=text("''")),
    Column("proved", Json),
    Index(None, "conversation_id", "at"),
    Index(None, "address"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("event_id", Text, nullable=False),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("action", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("at", Moment, nullable=False),
    # Everything but the draft, in the versioned JSON of `connectors.sql.codec`.
    Column("body", Text, nullable=False),
    # The serial is the reader's cursor: a number must never come back after a deletion.
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("decision_id", ForeignKey("decisions.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("composer", Text, nullable=False),
    # Everything but the sentences, as JSON of `connectors.sql.codec`.
    Column("body", Text, nullable=False),
)

draft_sources = Table(
    "draft_sources",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    # A copy of the passage as it was read: the article may change, the proof must not. The same passage may
    # stand here twice when two sentences were composed from two readings of it.
    Column("number", Integer, primary_key=True),
    Column("passage_id", Text, nullable=False, index=True),
    Column("article_id", Text, nullable=False, index=True),
    Column("passage", Text, nullable=False),
)

draft_sentences = Table(
    "draft_sentences",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("paragraph", Integer, nullable=False),
    Column("text", Words, nullable=False),
    Column("source", Integer),
    Column("quote_start", Integer),
    Column("quote_end", Integer),
    Column("record", Words),
)

gaps = Table(
    "gaps",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("question", Words, nullable=False),
    Column("language", Text, nullable=False),
    Column("intent", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("nearest", Text, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("detail", Json, nullable=False),
    Index(None, "kind", "at"),
)
