"""What agents took into their replies, and what became of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from connectors.sql.tables import insertions
from core.model.ids import ConversationId, DraftId
from core.model.insertion import Compared, Fate, InsertedFrom, Insertion


class SqlInsertionTable:
    """`core.ports.InsertionTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, insertion: Insertion) -> None:
        row = {
            "conversation_id": insertion.conversation_id,
            "draft_id": insertion.draft_id,
            "source": insertion.source.value,
            "ref": insertion.ref,
            "text": insertion.text,
            "note": insertion.note,
            "left_out": list(insertion.left_out),
            "confirmed": list(insertion.confirmed),
            "copied": insertion.copied,
            "agent_id": insertion.agent_id,
            "agent": insertion.agent,
            "at": insertion.at,
        }
        self._connection.execute(insert(insertions).values(row))

    def open(self, conversation_id: ConversationId) -> list[Insertion]:
        mine = select(insertions).where(insertions.c.conversation_id == conversation_id, insertions.c.comment == "")
        return [_insertion(row) for row in self._connection.execute(mine.order_by(insertions.c.serial))]

    def settle(self, fates: Sequence[Compared]) -> None:
        for each in fates:
            fate = each.fate
            statement = update(insertions).where(insertions.c.serial == each.insertion.serial)
            values = {"comment": fate.comment, "kept": fate.kept, "distance": fate.distance}
            self._connection.execute(statement.values(values))

    def compared(self, conversation_id: ConversationId) -> list[Compared]:
        mine = select(insertions).where(insertions.c.conversation_id == conversation_id, insertions.c.comment != "")
        done = mine.order_by(insertions.c.serial)
        return [
            Compared(insertion=_insertion(row), fate=Fate(comment=row.comment, kept=row.kept, distance=row.distance))
            for row in self._connection.execute(done)
        ]


def _insertion(row: Row[Any]) -> Insertion:
    return Insertion(
        conversation_id=ConversationId(row.conversation_id),
        draft_id=DraftId(row.draft_id) if row.draft_id else None,
        source=InsertedFrom(row.source),
        ref=row.ref,
        text=row.text,
        note=row.note,
        left_out=tuple(row.left_out),
        confirmed=tuple(row.confirmed),
        copied=row.copied,
        agent_id=row.agent_id,
        agent=row.agent,
        at=row.at,
        serial=row.serial,
    )
