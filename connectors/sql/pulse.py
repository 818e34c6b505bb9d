"""The weekly question, as a table of a transaction."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, select

from connectors.sql.statements import upsert
from connectors.sql.tables import pulse
from core.model.agent import Asked


class SqlPulseTable:
    """`core.ports.PulseTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, week: str, person: str) -> Asked | None:
        mine = select(pulse).where(pulse.c.week == week, pulse.c.person == person)
        row = self._connection.execute(mine).one_or_none()
        return None if row is None else _asked(row)

    def save(self, asked: Asked) -> None:
        upsert(self._connection, pulse, asdict(asked), key=("week", "person"))

    def since(self, week: str) -> list[Asked]:
        later = select(pulse).where(pulse.c.week >= week).order_by(pulse.c.week, pulse.c.person)
        return [_asked(row) for row in self._connection.execute(later)]


def _asked(row: Row[Any]) -> Asked:
    return Asked(week=row.week, person=row.person, shown=row.shown, later=row.later, helps=row.helps)
