"""The weekly question to the agents. No column says who answered, or when."""

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, Table, Text

from connectors.sql.tables.base import metadata

pulse = Table(
    "pulse",
    metadata,
    Column("week", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("shown", Integer, nullable=False),
    Column("later", Boolean, nullable=False),
    Column("helps", Integer),
    CheckConstraint("helps BETWEEN 1 AND 5", name="helps"),
)
