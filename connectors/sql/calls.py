"""Telephone calls, as a table of a transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from connectors.sql.statements import insert_once, upsert
from connectors.sql.tables import call_lines, calls
from core.model.call import Call, CallLine, Stage
from core.model.conversation import Role
from core.model.ids import ConversationId


class SqlCallTable:
    """`core.ports.CallTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, sid: str) -> Call | None:
        return self._one(select(calls).where(calls.c.sid == sid))

    def save(self, call: Call) -> None:
        row = {
            "sid": call.sid,
            "number": call.number,
            "language": call.language,
            "started_at": call.started_at,
            "stage": call.stage.value,
            "conversation_id": call.conversation_id,
            "group": call.group,
            "accepted_at": call.accepted_at,
            "ended_at": call.ended_at,
            "outcome": call.outcome,
            "raised": list(call.raised),
        }
        upsert(self._connection, calls, row, key=("sid",))

    def live(self, conversation_id: ConversationId) -> Call | None:
        return self._one(_newest().where(calls.c.conversation_id == conversation_id))

    def latest(self, number: str, since: datetime) -> Call | None:
        return self._one(_newest().where(calls.c.number == number, calls.c.started_at >= since))

    def add_line(self, line: CallLine) -> bool:
        row = {
            "sid": line.sid,
            "key": f"{line.sid}:{line.key}",
            "role": line.role.value,
            "text": line.text,
            "at": line.at,
            "mood": line.mood,
            "beside": dict(line.beside),
        }
        return insert_once(self._connection, call_lines, row)

    def lines(self, sid: str) -> list[CallLine]:
        said = select(call_lines).where(call_lines.c.sid == sid).order_by(call_lines.c.at, call_lines.c.serial)
        return [_line(row) for row in self._connection.execute(said)]

    def _one(self, wanted: Select[Any]) -> Call | None:
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else _call(row)


def _newest() -> Select[Any]:
    return select(calls).order_by(calls.c.started_at.desc(), calls.c.sid).limit(1)


def _call(row: Row[Any]) -> Call:
    return Call(
        sid=row.sid,
        number=row.number,
        language=row.language,
        started_at=row.started_at,
        stage=Stage(row.stage),
        conversation_id=ConversationId(row.conversation_id) if row.conversation_id else None,
        group=row.group,
        accepted_at=row.accepted_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        raised=tuple(row.raised),
    )


def _line(row: Row[Any]) -> CallLine:
    return CallLine(
        sid=row.sid,
        key=row.key.partition(":")[2],
        role=Role(row.role),
        text=row.text,
        at=row.at,
        mood=row.mood,
        beside=row.beside,
    )
