"""Telephone calls, as a table of a transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from connectors.sql import codec
from connectors.sql.statements import Repository, insert_once, upsert
from connectors.sql.tables import call_lines, calls
from core.model.call import Call, CallLine
from core.model.ids import ConversationId


class SqlCallTable(Repository):
    """`core.ports.CallTable`."""

    def get(self, sid: str) -> Call | None:
        return self._one(select(calls).where(calls.c.sid == sid))

    def save(self, call: Call) -> None:
        upsert(self._connection, calls, codec.to_row(call), key=("sid",))

    def live(self, conversation_id: ConversationId) -> Call | None:
        return self._one(_newest().where(calls.c.conversation_id == conversation_id))

    def latest(self, number: str, since: datetime) -> Call | None:
        return self._one(_newest().where(calls.c.number == number, calls.c.started_at >= since))

    def add_line(self, line: CallLine) -> bool:
        row = {**codec.to_row(line), "key": f"{line.sid}:{line.key}"}
        return insert_once(self._connection, call_lines, row)

    def lines(self, sid: str) -> list[CallLine]:
        said = select(call_lines).where(call_lines.c.sid == sid).order_by(call_lines.c.at, call_lines.c.serial)
        return [codec.of_row(CallLine, row, key=row.key.partition(":")[2]) for row in self._connection.execute(said)]

    def _one(self, wanted: Select[Any]) -> Call | None:
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else codec.of_row(Call, row)


def _newest() -> Select[Any]:
    return select(calls).order_by(calls.c.started_at.desc(), calls.c.sid).limit(1)
