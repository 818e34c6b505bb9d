"""What visitors of the company's pages went through, and the offers made to them."""

from sqlalchemy import Boolean, Column, Float, Index, Table, Text, false

from connectors.sql.columns import Moment, Serial, Words
from connectors.sql.tables.base import metadata

journey_steps = Table(
    "journey_steps",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("visitor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("page", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("language", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Index(None, "visitor", "at"),
)

offers = Table(
    "offers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("visitor", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("text", Words, nullable=False),
    Column("evidence", Words, nullable=False),
    Column("page", Words, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
    Column("shown_at", Moment),
    Column("answered_at", Moment),
    Column("wrote", Boolean, nullable=False, server_default=false()),
    Index(None, "visitor", "at"),
)
