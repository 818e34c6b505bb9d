"""The narrow row beside each decision, from which `connectors.sql.figures` makes its sums."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from connectors.sql.tables import decision_figures, events
from core.model.cost import MICRO
from core.model.decision import Decision

LONGEST = timedelta(days=24)  # that is told: the milliseconds of 25 days are more than the column holds


def add_figures(connection: Connection, decision: Decision) -> None:
    received = select(events.c.received_at).where(events.c.id == decision.event_id)
    row = _row_of(decision, connection.execute(received).scalar_one_or_none())
    connection.execute(insert(decision_figures).values(row))


def _row_of(decision: Decision, received_at: datetime | None) -> dict[str, Any]:
    costs, handoff, signals = decision.costs, decision.handoff, decision.signals
    waited = None if received_at is None else min(decision.at - received_at, LONGEST)
    return {
        "decision_id": decision.id,
        "at": decision.at,
        "action": decision.disposition.action.value,
        "rule": decision.disposition.rule,
        "intent": signals.intent.value if signals.intents else "",
        "team": handoff.group if handoff else "",
        "abstained": decision.abstained or "",
        "waited": None if waited is None else round(waited.total_seconds() * 1000),
        "cost": round(sum(cost.amount for cost in costs) * MICRO) if costs else None,
        "currency": costs[0].currency if costs else None,
    }
