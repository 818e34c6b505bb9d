"""Statements that SQLite and PostgreSQL both know but SQLAlchemy keeps apart."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]
T = TypeVar("T")

_PORTION = 500


def insert_once(connection: Connection, table: Table, row: Row) -> bool:
    """Insert unless a unique column says that it is there already; whether it was inserted."""
    statement = _insert_once(table, connection.dialect.name)
    # SQLAlchemy looks at an insert's count only when asked to.
    return connection.execute(statement, dict(row), execution_options={"preserve_rowcount": True}).rowcount == 1


def insert_all_once(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """As `insert_once`, in one go."""
    if rows:
        connection.execute(_insert_once(table, connection.dialect.name), [dict(row) for row in rows])


def upsert(connection: Connection, table: Table, row: Row, *, key: Sequence[str]) -> None:
    """Insert, or replace every column of the row that has this key."""
    connection.execute(_upsert(table, connection.dialect.name, tuple(row), tuple(key)), dict(row))


# Built once for each table: building one takes longer than carrying it out.
@cache
def _insert_once(table: Table, dialect: str) -> "postgresql.Insert | sqlite.Insert":
    return _insert(table, dialect).on_conflict_do_nothing()


@cache
def _upsert(
    table: Table, dialect: str, columns: tuple[str, ...], key: tuple[str, ...]
) -> "postgresql.Insert | sqlite.Insert":
    statement = _insert(table, dialect)
    changed = {name: statement.excluded[name] for name in columns if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


def _insert(table: Table, dialect: str) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def slices(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in portions that fit a statement's number of parameters."""
    for start in range(0, len(items), _PORTION):
        yield items[start : start + _PORTION]
