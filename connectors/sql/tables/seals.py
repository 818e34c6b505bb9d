"""The seals under which campaigns leave."""

from sqlalchemy import Column, Integer, Table, Text

from connectors.sql.columns import Json, Moment, Words
from connectors.sql.tables.base import metadata

# No foreign key: who approved what outlives the campaign.
campaign_seals = Table(
    "campaign_seals",
    metadata,
    Column("campaign_id", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("whole", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("composer", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("not_after", Moment, nullable=False),
    Column("sealers", Json, nullable=False),
    Column("standing", Text, nullable=False),
)
