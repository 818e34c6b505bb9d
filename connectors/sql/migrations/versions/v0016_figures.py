"""What is summed up of each decision, beside its row of some kilobytes; when each source was heard last."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
MICRO = 1_000_000
TOGETHER = 500  # decisions in one portion: they are long
LONGEST = timedelta(days=24)  # the milliseconds of 25 days are more than the column holds


def upgrade() -> None:
    op.create_table(
        "decision_figures",
        sa.Column("decision_id", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("intent", TEXT, nullable=False),
        sa.Column("team", TEXT, nullable=False),
        sa.Column("abstained", TEXT, nullable=False),
        sa.Column("waited", sa.Integer()),
        sa.Column("cost", sa.BigInteger()),
        sa.Column("currency", TEXT),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decision_figures"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_decision_figures_decision_id_decisions", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_decision_figures_at", "decision_figures", ["at"])
    op.create_index("ix_feedback_kind_at", "feedback", ["kind", "at"])
    op.create_index("ix_events_source_received_at", "events", ["source", "received_at"])
    lost = sa.text("delivery IN ('failed', 'undelivered')")
    op.create_index("ix_outbox_undelivered", "outbox", ["changed_at"], sqlite_where=lost, postgresql_where=lost)
    _fill()


def _fill() -> None:
    connection = op.get_bind()
    for portion in _decided(connection):
        connection.execute(sa.insert(_FIGURES), [_row(row) for row in portion])


def _decided(connection: sa.Connection) -> Iterator[list[Any]]:
    last = 0
    while True:
        statement = (
            sa.select(_DECISIONS, _EVENTS.c.received_at)
            .outerjoin(_EVENTS, _EVENTS.c.id == _DECISIONS.c.event_id)
            .where(_DECISIONS.c.serial > last)
            .order_by(_DECISIONS.c.serial)
            .limit(TOGETHER)
        )
        portion = list(connection.execute(statement))
        if not portion:
            return
        yield portion
        last = portion[-1].serial


def _row(row: Any) -> dict[str, Any]:
    found = json.loads(row.body)["is"]
    intents, costs, handoff = found["signals"]["intents"], found.get("costs") or (), found.get("handoff")
    waited = None if row.received_at is None else min(row.at - row.received_at, LONGEST)
    return {
        "decision_id": row.id,
        "at": row.at,
        "action": row.action,
        "rule": row.rule,
        "intent": _clean(intents[0]["value"]) if intents else "",
        "team": _clean(handoff["group"]) if handoff else "",
        "abstained": _clean(found.get("abstained") or ""),
        "waited": None if waited is None else round(waited.total_seconds() * 1000),
        "cost": round(sum(cost["amount"] for cost in costs) * MICRO) if costs else None,
        "currency": costs[0]["currency"] if costs else None,
    }


def _clean(text: str) -> str:
    """In a decision's JSON they are escapes; as text no database holds half an emoji, and PostgreSQL no NUL."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


_EVENTS = sa.table("events", sa.column("id", TEXT), sa.column("received_at", MOMENT))
_DECISIONS = sa.table(
    "decisions",
    sa.column("serial", sa.BigInteger()),
    sa.column("id", TEXT),
    sa.column("event_id", TEXT),
    sa.column("action", TEXT),
    sa.column("rule", TEXT),
    sa.column("at", MOMENT),
    sa.column("body", TEXT),
)
_FIGURES = sa.table(
    "decision_figures",
    sa.column("decision_id", TEXT),
    sa.column("at", MOMENT),
    sa.column("action", TEXT),
    sa.column("rule", TEXT),
    sa.column("intent", TEXT),
    sa.column("team", TEXT),
    sa.column("abstained", TEXT),
    sa.column("waited", sa.Integer()),
    sa.column("cost", sa.BigInteger()),
    sa.column("currency", TEXT),
)
