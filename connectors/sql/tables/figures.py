"""What is summed up of each decision, narrow enough to look at a hundred thousand of them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from connectors.sql.columns import Moment, Words
from connectors.sql.tables.base import metadata

# Beside `decisions`, whose rows are some kilobytes each. Goes with its decision.
decision_figures = Table(
    "decision_figures",
    metadata,
    Column("decision_id", ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("action", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("intent", Words, nullable=False),
    Column("team", Words, nullable=False),
    Column("abstained", Words, nullable=False),
    # Milliseconds from the arrival of the event, of 24 days at most; NULL where the event is not known.
    Column("waited", Integer),
    # Millionths of the currency; NULL where no model was asked.
    Column("cost", BigInteger),
    Column("currency", Text),
    Index(None, "at"),
)
