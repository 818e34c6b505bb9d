"""What agents took into their replies, and what they asked supervisors about."""

from sqlalchemy import Boolean, CheckConstraint, Column, Float, ForeignKey, Integer, Table, Text, false, text

from connectors.sql.columns import Json, Moment, Serial, Words
from connectors.sql.tables.base import metadata

insertions = Table(
    "insertions",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    # No foreign key: what was inserted outlives a draft that is cleared away.
    Column("draft_id", Text, index=True),
    Column("source", Text, nullable=False),
    Column("ref", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("note", Words, nullable=False),
    Column("left_out", Json, nullable=False),
    Column("confirmed", Json, nullable=False),
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
    Column("request", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text, nullable=False, server_default=text("''")),
    Column("decided_name", Words, nullable=False, server_default=text("''")),
    Column("decided_at", Moment),
    Column("reason", Words, nullable=False, server_default=text("''")),
    Column("slack_channel", Text, nullable=False, server_default=text("''")),
    Column("slack_ts", Text, nullable=False, server_default=text("''")),
    CheckConstraint("state IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn', 'used')", name="state"),
)
