"""How far we have read what others give us page by page."""

from sqlalchemy import Connection, bindparam, select

from connectors.sql.statements import upsert
from connectors.sql.tables import cursors

VALUE = select(cursors.c.value).where(cursors.c.name == bindparam("of"))  # built once: the gate asks for each message


class SqlCursorTable:
    """`core.ports.CursorTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        return self._connection.execute(VALUE, {"of": name}).scalar_one_or_none()

    def set(self, name: str, value: str) -> None:
        upsert(self._connection, cursors, {"name": name, "value": value}, key=["name"])
