"""How far we have read what others give us page by page."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, select

from connectors.sql.statements import slices, upsert
from connectors.sql.tables import cursors

VALUE = select(cursors.c.value).where(cursors.c.name == bindparam("of"))  # built once: the gate asks for each message

MANY = select(cursors).where(cursors.c.name.in_(bindparam("names", expanding=True)))


class SqlCursorTable:
    """`core.ports.CursorTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        return self._connection.execute(VALUE, {"of": name}).scalar_one_or_none()

    def many(self, names: Sequence[str]) -> Mapping[str, str]:
        rows = [row for some in slices(names) for row in self._connection.execute(MANY, {"names": some})]
        return {row.name: row.value for row in rows}

    def set(self, name: str, value: str) -> None:
        upsert(self._connection, cursors, {"name": name, "value": value}, key=["name"])
