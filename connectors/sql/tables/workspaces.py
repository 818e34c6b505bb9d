"""The Slack workspaces that have installed the app."""

from sqlalchemy import Column, Integer, Table, Text

from connectors.sql.columns import Json, Moment, Words
from connectors.sql.tables.base import metadata

slack_installations = Table(
    "slack_installations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("name", Words, nullable=False),
    Column("enterprise_id", Text, nullable=False),
    Column("bot_user_id", Text, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("installed_by", Text, nullable=False),
    Column("installed_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=True),
)
