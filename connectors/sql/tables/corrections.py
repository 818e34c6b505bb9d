"""What agents said of messages whose intent was read wrongly."""

from sqlalchemy import Column, ForeignKey, Table, Text

from connectors.sql.columns import Moment, Serial, Words
from connectors.sql.tables.base import metadata

# Several rows may be about one message: the one with the highest serial holds.
intent_corrections = Table(
    "intent_corrections",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Words, nullable=False),
    Column("intent", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
