"""Telephone calls, and what was said in them while a person spoke."""

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Table, Text, text

from connectors.sql.columns import Json, Moment, Serial, Words
from connectors.sql.tables.base import metadata

calls = Table(
    "calls",
    metadata,
    Column("sid", Text, primary_key=True),
    Column("number", Text, nullable=False, index=True),
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
    Column("text", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("mood", Float),
    Column("beside", Json, nullable=False),
)
