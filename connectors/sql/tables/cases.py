"""Conversations with their messages, calls and tickets; what was decided in them, and what agents made of it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    false,
    text,
)

from connectors.sql.columns import Json, Moment, Private, PrivateJson, Serial, Token, Words, metadata
from connectors.traces import carried

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False),
    Column("subject", Private("conversations.subject"), nullable=False),
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
    Column("rating", Integer),
    Column("recommends", Integer),
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
    Column("author", Token(), nullable=False),
    Column("author_sealed", Private("messages.author")),
    Column("text", Private("messages.text"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("vendor_ref", Text, nullable=False, unique=True),
    Column("public", Boolean, nullable=False),
    Column("delivery", Text),
    Column("attachments", PrivateJson("messages.attachments")),
    Column("automatic", Boolean, nullable=False, server_default=false()),
    Column("address", Token(), nullable=False, server_default=text("''")),
    Column("address_sealed", Private("messages.address")),
    Column("quotes", Text, nullable=False, server_default=text("''")),
    Column("kind", Text, nullable=False, server_default=text("''")),
    Column("proved", PrivateJson("messages.proved")),
    Column("ticket_id", Text),
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
    # The W3C traceparent within which it was made, where traces are on.
    Column("trace", Text, default=carried),
    # Everything but the draft, in the versioned JSON of `connectors.sql.codec`.
    Column("body", Private("decisions.body"), nullable=False),
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
    Column("body", Private("drafts.body"), nullable=False),
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
    Column("text", Private("draft_sentences.text"), nullable=False),
    Column("source", Integer),
    Column("quote_start", Integer),
    Column("quote_end", Integer),
    Column("record", Private("draft_sentences.record")),
)


feedback = Table(
    "feedback",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("detail", PrivateJson("feedback.detail", "{}"), nullable=False),
    Index(None, "kind", "at"),
)


# Why messages stand where they stand, and the further tickets of a conversation.

joins = Table(
    "joins",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("ground", Text, nullable=False),
    Column("words", Private("joins.words"), nullable=False, server_default=text("''")),
    Column("score", Float),
    Column("at", Moment, nullable=False),
    Column("by", Words, nullable=False, server_default=text("''")),
)

linked_tickets = Table(
    "linked_tickets",
    metadata,
    Column("ticket_id", Words, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("open", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)

moves = Table(
    "moves",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("origin", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("to", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("messages", Json, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("undone_at", Moment),
    Column("before", Json, nullable=False, server_default=text("'[]'")),
    Column("tickets", Json, nullable=False, server_default=text("'[]'")),
    Index(None, "origin"),
    Index(None, "to"),
)

merge_suggestions = Table(
    "merge_suggestions",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("other_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("score", Float, nullable=False),
    Column("at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("merged", Boolean, nullable=False),
    Column("by", Words, nullable=False),
)


# Telephone calls, and what was said in them while a person spoke.

calls = Table(
    "calls",
    metadata,
    Column("sid", Text, primary_key=True),
    Column("number", Token(), nullable=False, index=True),
    Column("number_sealed", Private("calls.number")),
    Column("language", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("stage", Text, nullable=False),
    # The first words of a call make its conversation.
    Column("conversation_id", ForeignKey("conversations.id", ondelete="SET NULL"), index=True),
    Column("group", Words, nullable=False, server_default=text("''")),
    Column("accepted_at", Moment),
    Column("ended_at", Moment),
    Column("outcome", Text, nullable=False, server_default=text("''")),
    Column("raised", Json, nullable=False),
    CheckConstraint("stage IN ('assistant', 'transfer', 'person', 'ended')", name="stage"),
)

call_lines = Table(
    "call_lines",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("sid", ForeignKey("calls.sid", ondelete="CASCADE"), nullable=False, index=True),
    Column("key", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("text", Private("call_lines.text"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("mood", Float),
    Column("beside", Json, nullable=False),
)


# What is summed up of each decision, narrow enough to look at a hundred thousand of them.

# Beside `decisions`, whose rows are some kilobytes each. Goes with its decision.
decision_figures = Table(
    "decision_figures",
    metadata,
    Column("decision_id", ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("action", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("intent", Words, nullable=False),
    Column("team", Words, nullable=False),
    Column("abstained", Words, nullable=False),
    # Milliseconds from the arrival of the event, of 24 days at most; NULL where the event is not known.
    Column("waited", Integer),
    # Millionths of the currency; NULL where no model was asked.
    Column("cost", BigInteger),
    Column("currency", Text),
    Index(None, "at"),
)


# Which decisions are part of which experiment of the policy, and in which arm. Goes with its decision.
exposures = Table(
    "exposures",
    metadata,
    Column("decision_id", ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True),
    Column("experiment", Words, primary_key=True),
    Column("arm", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "experiment", "at"),
)


# What people say of the quality score of a conversation, part by part.

# The newest of a reviewer on a part of a conversation holds.
quality_reviews = Table(
    "quality_reviews",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("part", Text, primary_key=True),
    Column("reviewer", Words, primary_key=True),
    # The score that was reviewed; a later one may differ.
    Column("score", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("note", Private("quality_reviews.note"), nullable=False, server_default=text("''")),
    Column("at", Moment, nullable=False),
)


# Which conversation was given to which agent of late.

assignments = Table(
    "assignments",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("agent_id", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

# What agents took into their replies, and what they asked supervisors about.

insertions = Table(
    "insertions",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    # No foreign key: what was inserted outlives a draft that is cleared away.
    Column("draft_id", Text, index=True),
    Column("source", Text, nullable=False),
    Column("ref", Words, nullable=False),
    Column("text", Private("insertions.text"), nullable=False),
    Column("note", Private("insertions.note"), nullable=False),
    Column("left_out", PrivateJson("insertions.left_out", "[]"), nullable=False),
    Column("confirmed", PrivateJson("insertions.confirmed", "[]"), nullable=False),
    Column("copied", Boolean, nullable=False, server_default=false()),
    Column("agent_id", Text, nullable=False),
    Column("agent", Words, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    # The comment that it was compared with; empty until there is one.
    Column("comment", Text, nullable=False, server_default=text("''")),
    Column("kept", Float),
    Column("distance", Integer),
)

requests = Table(
    "requests",
    metadata,
    Column("serial", Serial, primary_key=True),
    # Words, because addresses of pages name it.
    Column("id", Words, nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("digest", Text, nullable=False),
    # As JSON of `connectors.sql.codec`.
    Column("request", Private("requests.request"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text, nullable=False, server_default=text("''")),
    Column("decided_name", Words, nullable=False, server_default=text("''")),
    Column("decided_at", Moment),
    Column("reason", Private("requests.reason"), nullable=False, server_default=text("''")),
    Column("slack_channel", Text, nullable=False, server_default=text("''")),
    Column("slack_ts", Text, nullable=False, server_default=text("''")),
    CheckConstraint("state IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn', 'used')", name="state"),
)

# Written out in the queries too: SQLite uses the index only when it reads the same words there.
PENDING_REQUEST = text("state = 'pending'")
Index(
    "ix_requests_pending",
    requests.c.created_at,
    sqlite_where=PENDING_REQUEST,
    postgresql_where=PENDING_REQUEST,
)


# Every action in the company's systems that was agreed to.
action_runs = Table(
    "action_runs",
    metadata,
    Column("serial", Serial, primary_key=True),
    # Words, because addresses of pages name it.
    Column("id", Words, nullable=False, unique=True),
    Column("action", Text, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    # As JSON of `connectors.sql.codec`.
    Column("run", Private("action_runs.run"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("slack_channel", Text, nullable=False, server_default=text("''")),
    Column("slack_ts", Text, nullable=False, server_default=text("''")),
    Index(None, "customer_id", "action", "created_at"),
    Index(None, "state", "expires_at"),
    CheckConstraint(
        "state IN ('awaiting', 'ready', 'done', 'refused', 'unclear', 'rejected', 'expired')", name="state"
    ),
)


# What agents said of messages whose intent was read wrongly.

# Several rows may be about one message: the one with the highest serial holds.
intent_corrections = Table(
    "intent_corrections",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Private("intent_corrections.text"), nullable=False),
    Column("intent", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
