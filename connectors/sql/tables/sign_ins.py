"""Which signed URLs have opened the sidebar."""

from sqlalchemy import Column, Table, Text

from connectors.sql.columns import Moment
from connectors.sql.tables.base import metadata

sign_ins = Table(
    "sign_ins",
    metadata,
    # A hash: a token's own id may be of any length.
    Column("token", Text, primary_key=True),
    Column("expires_at", Moment, nullable=False, index=True),
)
