"""The keys that data are encrypted with, wrapped by the master key."""

from sqlalchemy import Column, Index, Table, Text, text

from connectors.sql.columns import Moment, Serial, metadata

data_keys = Table(
    "data_keys",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    # Whose it is: `customer:`, `conversation:` or `address:` with its id or keyed hash; `root` for what is derived.
    Column("subject", Text, nullable=False),
    # The master key's own name.
    Column("master", Text, nullable=False, index=True),
    # NULL once it was destroyed: the row stays, to tell a key that is gone on purpose from one that is missing.
    Column("wrapped", Text),
    Column("created_at", Moment, nullable=False),
    Column("destroyed_at", Moment),
    Index(
        "uq_data_keys_open",
        "subject",
        unique=True,
        sqlite_where=text("destroyed_at IS NULL"),
        postgresql_where=text("destroyed_at IS NULL"),
    ),
)
