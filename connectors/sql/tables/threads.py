"""Why messages stand where they stand, and the further tickets of a conversation."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Table, Text, text

from connectors.sql.columns import Json, Moment, Serial, Words
from connectors.sql.tables.base import metadata

joins = Table(
    "joins",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("ground", Text, nullable=False),
    Column("words", Words, nullable=False, server_default=text("''")),
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
    Index(None, "origin"),
    Index(None, "to"),
)
