"""Who is part of an experiment, and what they said afterwards."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Select, select

from connectors.sql.statements import Repository
from connectors.sql.tables import conversations, decision_figures, decisions, exposures
from core.model.arm import Arm
from core.model.decision import Action
from core.model.experiment import Followed, Said
from core.model.ids import ConversationId, CustomerId

_figures = decision_figures.c


class SqlExperimentTable(Repository):
    """`core.ports.ExperimentTable`."""

    def follow(self, key: str) -> list[Followed]:
        rows = self._connection.execute(
            select(
                conversations.c.customer_id,
                exposures.c.arm,
                exposures.c.at,
                _figures.intent,
                decisions.c.conversation_id,
                decisions.c.serial,
            )
            .select_from(exposures)
            .join(decisions, decisions.c.id == exposures.c.decision_id)
            .join(conversations, conversations.c.id == decisions.c.conversation_id)
            .join(decision_figures, _figures.decision_id == exposures.c.decision_id)
            .where(exposures.c.experiment == key)
            .order_by(decisions.c.serial)
        )
        first: dict[str, Any] = {}
        for row in rows:
            first.setdefault(row.customer_id, row)
        after = self._after(key) if first else {}
        return [
            Followed(
                customer_id=CustomerId(row.customer_id),
                arm=Arm(row.arm),
                at=row.at,
                intent=row.intent,
                conversation_id=ConversationId(row.conversation_id),
                after=tuple(said for serial, said in after.get(row.customer_id, ()) if serial > row.serial),
            )
            for row in first.values()
        ]

    def _after(self, key: str) -> dict[str, list[tuple[int, Said]]]:
        """All that these people said, by the person."""
        said = defaultdict[str, list[tuple[int, Said]]](list)
        people = _people(key)
        rows = self._connection.execute(
            select(
                conversations.c.customer_id,
                decisions.c.serial,
                decisions.c.conversation_id,
                _figures.at,
                _figures.intent,
                _figures.rule,
                _figures.action,
            )
            .select_from(conversations)
            .join(decisions, decisions.c.conversation_id == conversations.c.id)
            .join(decision_figures, _figures.decision_id == decisions.c.id)
            .where(conversations.c.customer_id.in_(people))
            .order_by(decisions.c.serial)
        )
        for row in rows:
            said[row.customer_id].append(
                (
                    row.serial,
                    Said(
                        at=row.at,
                        intent=row.intent,
                        rule=row.rule,
                        action=Action(row.action),
                        conversation_id=ConversationId(row.conversation_id),
                    ),
                )
            )
        return said


def _people(key: str) -> Select[tuple[str]]:
    return (
        select(conversations.c.customer_id)
        .join(decisions, decisions.c.conversation_id == conversations.c.id)
        .join(exposures, exposures.c.decision_id == decisions.c.id)
        .where(exposures.c.experiment == key)
        .distinct()
    )
