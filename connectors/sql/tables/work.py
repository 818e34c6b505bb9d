"""What came in and what goes out: inbox, outbox, ledger, cursors, budgets."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint, text

from connectors.sql.columns import (
    Digest,
    Json,
    Masked,
    Moment,
    Private,
    PrivateJson,
    Scrubbed,
    Serial,
    Token,
    Words,
    metadata,
)
from connectors.traces import carried

events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("delivery_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Words, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("payload", Private("events.payload"), nullable=False),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_at", Moment),
    Column("retry_at", Moment),
    Column("published_at", Moment),
    Column("publishes", Integer, nullable=False, server_default="0"),
    Column("finished_at", Moment),
    Column("result", Scrubbed),
    Column("error", Scrubbed),
    # The W3C traceparent of the request that brought it, where traces are on.
    Column("trace", Text, default=carried),
    UniqueConstraint("source", "delivery_id"),
    Index(None, "source", "received_at"),
    CheckConstraint("state IN ('pending', 'claimed', 'done', 'parked')", name="state"),
)
# Written out in the queries too: SQLite uses the index only when it reads the same words there.
OPEN_EVENT = text("state <> 'done'")
Index(
    "ix_events_open",
    events.c.state,
    events.c.received_at,
    sqlite_where=OPEN_EVENT,
    postgresql_where=OPEN_EVENT,
)

outbox = Table(
    "outbox",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    # Of a campaign's message it ends with the address.
    Column("key", Masked(), nullable=False, unique=True),
    Column("key_sealed", Private("outbox.key")),
    Column("kind", Text, nullable=False),
    Column("target", Token(), nullable=False),
    Column("target_sealed", Private("outbox.target")),
    Column("payload", PrivateJson("outbox.payload", "{}"), nullable=False),
    Column("digest", Digest, nullable=False),
    Column("rule", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("approval_id", Text),
    # No foreign key: the record of what left outlives the conversation.
    Column("conversation_id", Text, index=True),
    Column("created_at", Moment, nullable=False),
    Column("not_before", Moment),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_at", Moment),
    Column("first_sent_at", Moment),
    Column("retry_at", Moment),
    Column("published_at", Moment),
    Column("publishes", Integer, nullable=False, server_default="0"),
    Column("changed_at", Moment, nullable=False),
    Column("vendor_ref", Text, index=True),
    Column("delivery", Text),
    Column("error", Scrubbed),
    Column("facts", Json, nullable=False),
    # As that of events, of the work that made it.
    Column("trace", Text, default=carried),
    Index(None, "state", "serial"),
    CheckConstraint("state IN ('pending', 'held', 'sending', 'sent', 'unknown', 'parked', 'refused')", name="state"),
)
# Written out in the query too, as OPEN_EVENT is.
UNDELIVERED = text("delivery IN ('failed', 'undelivered')")
Index("ix_outbox_undelivered", outbox.c.changed_at, sqlite_where=UNDELIVERED, postgresql_where=UNDELIVERED)

# What was tried lately and is no campaign's, for the share of it that failed.
NOT_OF_CAMPAIGN = text("approval_id IS NULL")
Index(
    "ix_outbox_tried",
    outbox.c.changed_at,
    sqlite_where=NOT_OF_CAMPAIGN,
    postgresql_where=NOT_OF_CAMPAIGN,
)

# What leaves under a campaign has a way of its own: the sweep passes it by, its progress is counted.
OF_CAMPAIGN = text("approval_id IS NOT NULL")
Index(
    "ix_outbox_campaign",
    outbox.c.approval_id,
    outbox.c.state,
    outbox.c.delivery,
    sqlite_where=OF_CAMPAIGN,
    postgresql_where=OF_CAMPAIGN,
)

ledger = Table(
    "ledger",
    metadata,
    Column("serial", Serial, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    # Text exactly as it was hashed, so that the proof does not hang on a database's own formats.
    Column("at", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

budgets = Table(
    "budgets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("spent", BigInteger, nullable=False),
)
