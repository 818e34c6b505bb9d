"""What came of every matter, kept as it changes; the number of a rating."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

TEXT, INTEGER, BOOLEAN = sa.Text(), sa.Integer(), sa.Boolean()
MOMENT, FLOAT = sa.DateTime(timezone=True), sa.Float()

# By table: the column that names the conversation, and the changes after which it is counted again.
WATCHED = {
    "messages": ("conversation_id", ("INSERT", "UPDATE OF conversation_id", "DELETE")),
    "decisions": ("conversation_id", ("INSERT", "UPDATE OF conversation_id", "DELETE")),
    "drafts": ("conversation_id", ("INSERT", "UPDATE OF conversation_id, state", "DELETE")),
    "intent_corrections": ("conversation_id", ("INSERT", "UPDATE OF conversation_id", "DELETE")),
    "outbox": ("conversation_id", ("UPDATE OF state", "DELETE")),
    "calls": ("conversation_id", ("INSERT", "UPDATE", "DELETE")),
    "conversations": ("id", ("UPDATE",)),
}


def upgrade() -> None:
    op.add_column("conversations", sa.Column("rating", INTEGER))
    op.create_table(
        "matters",
        sa.Column("conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        *_required(TEXT, "day", "tier", "channel", "intent", "automation", "language", "group", "brand", "agent"),
        *_required(TEXT, "rule"),
        sa.Column("answered_after", INTEGER),
        *_required(TEXT, "answered_by"),
        sa.Column("handled", INTEGER),
        *_required(INTEGER, "drafting"),
        sa.Column("closed_at", MOMENT),
        sa.Column("watched_until", MOMENT),
        sa.Column("contained", BOOLEAN),
        sa.Column("verified", BOOLEAN),
        *_required(INTEGER, "reopened"),
        sa.Column("recontacted_at", MOMENT),
        *_required(INTEGER, "handovers"),
        *_required(TEXT, "handover_rule"),
        *_required(INTEGER, "transfers"),
        sa.Column("bypassed", BOOLEAN),
        *_required(INTEGER, "customer_messages", "assistant_messages", "agent_messages", "reasked", "repeated"),
        *_required(INTEGER, "drafts_used", "drafts_edited", "drafts_ignored", "drafts_sent"),
        *_required(INTEGER, "facts_known", "facts_used"),
        *_required(BOOLEAN, "corrected"),
        sa.Column("mood_start", FLOAT),
        sa.Column("mood_lowest", FLOAT),
        sa.Column("mood_end", FLOAT),
        sa.Column("recovered", BOOLEAN),
        sa.Column("satisfied", BOOLEAN),
        sa.Column("rating", INTEGER),
        sa.Column("likely_dissatisfied", FLOAT),
        *_required(sa.BigInteger(), "cost"),
        *_required(TEXT, "currency"),
        *_required(INTEGER, "texts"),
    )
    op.create_index("ix_matters_began_at", "matters", ["began_at"])
    op.create_index("ix_matters_customer_id_intent_began_at", "matters", ["customer_id", "intent", "began_at"])
    op.create_table(
        "stale_matters",
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("conversation_id", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        for column in ("conversation_id", "id"):
            op.execute(_FUNCTION.format(name=_function(column), column=column))
    for table, (column, changes) in WATCHED.items():
        for change in changes:
            for statement in _sqlite(table, column, change) if sqlite else _postgresql(table, column, change):
                op.execute(statement)
    op.execute("INSERT INTO stale_matters (conversation_id) SELECT id FROM conversations")


def _required(kind: sa.types.TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _sqlite(table: str, column: str, change: str) -> list[str]:
    """Before and after: what was moved is counted anew in both places."""
    verb = change.partition(" ")[0]
    sides = {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("NEW", "OLD")}[verb]
    return [
        f"CREATE TRIGGER stale_{table}_{verb.lower()}_{side.lower()} AFTER {change} ON {table} "  # noqa: S608 - ours
        f"WHEN {_worth(table, column, verb, side)} BEGIN "
        f"INSERT INTO stale_matters (conversation_id) VALUES ({side}.{column}); END"
        for side in sides
    ]


def _worth(table: str, column: str, verb: str, side: str) -> str:
    found = f"{side}.{column} IS NOT NULL"
    if verb == "UPDATE" and side == "OLD":
        found += f" AND OLD.{column} IS NOT NEW.{column}"
    if table == "outbox" and verb == "UPDATE":
        found += " AND (NEW.state = 'sent' OR OLD.state = 'sent')"
    return found


def _postgresql(table: str, column: str, change: str) -> list[str]:
    verb = change.partition(" ")[0]
    when = " WHEN (NEW.state = 'sent' OR OLD.state = 'sent')" if table == "outbox" and verb == "UPDATE" else ""
    name = f"stale_{table}_{verb.lower()}"
    return [
        f"CREATE TRIGGER {name} AFTER {change} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION {_function(column)}()"
    ]


def _function(column: str) -> str:
    return f"note_stale_matter_by_{column}"


_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.{column} IS NOT NULL THEN
        INSERT INTO stale_matters (conversation_id) VALUES (NEW.{column});
    END IF;
    IF TG_OP = 'DELETE' AND OLD.{column} IS NOT NULL THEN
        INSERT INTO stale_matters (conversation_id) VALUES (OLD.{column});
    ELSIF TG_OP = 'UPDATE' AND OLD.{column} IS NOT NULL AND OLD.{column} IS DISTINCT FROM NEW.{column} THEN
        INSERT INTO stale_matters (conversation_id) VALUES (OLD.{column});
    END IF;
    RETURN NULL;
END
$$
"""
