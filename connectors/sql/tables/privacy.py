"""Who was erased and is not to come back unasked, and who looked at whose data."""

from sqlalchemy import Column, Index, Table, Text, text

from connectors.sql.columns import Json, Moment, Serial, Words, metadata

# One order to erase a person, step by step, so that one that was broken off goes on.
erasures = Table(
    "erasures",
    metadata,
    Column("id", Text, primary_key=True),
    # The ids of their profiles while it is under way; empty from its end on.
    Column("people", Json, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    # By the name of the step: how much of each kind was removed.
    Column("steps", Json, nullable=False),
    Column("finished_at", Moment),
)

# Addresses and ids of who was erased, as keyed hashes alone.
suppressions = Table(
    "suppressions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("erasure_id", Text, nullable=False, index=True),
    Column("at", Moment, nullable=False),
)

# What left and whose row is gone: the ledger's record of it is proved against this digest.
erased_effects = Table(
    "erased_effects",
    metadata,
    Column("effect_id", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("erasure_id", Text, nullable=False, index=True),
)

# Nothing here is ever changed but by an erasure, which takes out whom it was about.
accesses = Table(
    "accesses",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("who", Words, nullable=False),
    Column("way", Text, nullable=False),
    Column("what", Words, nullable=False),
    Column("customer_id", Text, nullable=False, server_default=text("''")),
    Column("ref", Words, nullable=False, server_default=text("''")),
    Index(None, "customer_id", "at"),
)
