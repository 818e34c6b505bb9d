"""Every version of the policy, the sign-offs, and which version was in force from when on."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text

from connectors.sql.columns import Moment, Serial, Words
from connectors.sql.tables.base import metadata

policies = Table(
    "policies",
    metadata,
    # Words, because addresses of pages name it.
    Column("version", Words, primary_key=True),
    Column("text", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

# The row with the highest serial is in force.
policy_enactments = Table(
    "policy_enactments",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("version", ForeignKey("policies.version"), nullable=False),
    Column("how", Text, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Words, nullable=False),
    Column("replaced", Text),
    CheckConstraint("how IN ('started', 'applied', 'restored')", name="how"),
)

policy_signoffs = Table(
    "policy_signoffs",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("section", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("person", Words, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("spent_at", Moment),
    Index(None, "section"),
)
