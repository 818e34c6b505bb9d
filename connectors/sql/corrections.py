"""Corrections of intents, as a table of a transaction and as the model reads them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, insert, select

from connectors.sql.tables import intent_corrections
from core.model.ids import ConversationId, MessageId
from core.model.signals import Correction

if TYPE_CHECKING:
    from connectors.sql.store import SqlStore


class SqlCorrectionTable:
    """`core.ports.CorrectionTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, correction: Correction) -> None:
        row = {
            "message_id": correction.message_id,
            "conversation_id": correction.conversation_id,
            "text": correction.text,
            "intent": correction.intent,
            "by": correction.by,
            "at": correction.at,
        }
        self._connection.execute(insert(intent_corrections).values(row))

    def newest(self) -> int:
        return self._connection.execute(select(func.max(intent_corrections.c.serial))).scalar_one() or 0

    def all(self) -> list[Correction]:
        """The last word on each message, oldest first."""
        rows = self._connection.execute(select(intent_corrections).order_by(intent_corrections.c.serial))
        last = {row.message_id: _correction(row) for row in rows}
        return sorted(last.values(), key=lambda each: each.serial)


@dataclass(frozen=True, slots=True)
class SqlCorrections:
    """`core.ports.IntentCorrections`: a look into the store at each message, so that another process's word counts."""

    store: "SqlStore"

    def newest(self) -> int:
        with self.store.read() as unit:
            return unit.corrections.newest()

    def all(self) -> list[Correction]:
        with self.store.read() as unit:
            return unit.corrections.all()


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        message_id=MessageId(row.message_id),
        conversation_id=ConversationId(row.conversation_id),
        text=row.text,
        intent=row.intent,
        by=row.by,
        at=row.at,
        serial=row.serial,
    )
