"""Statements that SQLite and PostgreSQL both know but SQLAlchemy keeps apart."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]
T = TypeVar("T")

_PORTION = 500


def insert_once(connection: Connection, table: Table, row: Row) -> bool:
    """Insert unless a unique column says that it is there already; whether it was inserted."""
    statement = _insert(connection, table).values(row).on_conflict_do_nothing()
    # SQLAlchemy looks at an insert's count only when asked to.
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1


def upsert(connection: Connection, table: Table, row: Row, *, key: Sequence[str]) -> None:
    """Insert, or replace every column of the row that has this key."""
    changed = {name: value for name, value in row.items() if name not in key}
    statement = _insert(connection, table).values(row).on_conflict_do_update(index_elements=key, set_=changed)
    connection.execute(statement)


def _insert(connection: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def slices(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in portions that fit a statement's number of parameters."""
    for start in range(0, len(items), _PORTION):
        yield items[start : start + _PORTION]
