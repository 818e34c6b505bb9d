"""Alerts of the supervisors, and each occurrence that they count."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from connectors.sql.columns import Json, Moment, Serial, Words
from connectors.sql.tables.base import metadata

alerts = Table(
    "alerts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    # The key while it is open or snoozed, NULL from then on: so there is one open alert of a key at most.
    Column("open_key", Words),
    Column("state", Text, nullable=False),
    Column("times", Integer, nullable=False),
    # The newest occurrence, as JSON of `connectors.sql.codec`.
    Column("said", Text, nullable=False),
    # No foreign key: what supervisors were told outlives the conversation.
    Column("conversation_id", Text),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("until", Moment),
    Column("notes", Json, nullable=False),
    Column("slack_channel", Text, nullable=False),
    Column("slack_ts", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("shown_at", Moment),
    UniqueConstraint("open_key"),
    Index(None, "state", "last_at"),
    Index(None, "conversation_id"),
)

alert_hits = Table(
    "alert_hits",
    metadata,
    Column("serial", Serial, primary_key=True),
    # What is told twice is counted once.
    Column("source", Words, nullable=False, unique=True),
    # Empty for the moment between the two statements that count it.
    Column("alert_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Words, nullable=False),
    Column("ticket", Words, nullable=False),
    Index(None, "alert_id", "at"),
)
