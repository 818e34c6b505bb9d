"""Statements that mean the same on SQLite and PostgreSQL, and what several tables ask alike."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Boolean, ColumnElement, Connection, Dialect, Table, Text, and_, or_, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from connectors.sql.columns import dump

Row = Mapping[str, Any]
T = TypeVar("T")

_PORTION = 500


class Repository:
    """What reads and writes some tables in an open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection


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
    return insert_into(table, dialect).on_conflict_do_nothing()


@cache
def _upsert(
    table: Table, dialect: str, columns: tuple[str, ...], key: tuple[str, ...]
) -> "postgresql.Insert | sqlite.Insert":
    statement = insert_into(table, dialect)
    changed = {name: statement.excluded[name] for name in columns if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


def insert_into(table: Table, dialect: str) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def slices(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in portions that fit a statement's number of parameters."""
    for start in range(0, len(items), _PORTION):
        yield items[start : start + _PORTION]


# Many ids in one parameter: the statement is the same however many they are, so that no layer builds or parses it anew.


class Texts(TypeDecorator[Any]):
    """Several texts, as the one parameter of `among`."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> Any | None:
        return list(value or ()) if dialect.name == "postgresql" else dump(list(value or ()))


class among(FunctionElement[bool]):  # noqa: N801 - as SQLAlchemy's own functions
    """Whether a column has one of the texts of a parameter whose type is `Texts`."""

    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> "among":
        """As it is: SQLAlchemy would compare it with 1 in SQLite, which then reads the whole table instead of its
        index."""
        return self


@compiles(among, "postgresql")
def _among_there(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, texts = (compiler.process(each, **more) for each in element.clauses)
    return f"({column} = ANY ({texts}))"


@compiles(among, "sqlite")
def _among_here(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, texts = (compiler.process(each, **more) for each in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({texts})))"  # noqa: S608 - both are compiled


# One writer at a time for what must not branch: the ledger's chain and the decision log's serials.

_TURN = 7_305_102


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction holds the turn; it is given back when this one ends.

    SQLite has one writer at a time anyway. One lock serves both users, so that two cannot wait for each other."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


# When a hint to the workers may be repeated.

LONGEST_WAIT = timedelta(minutes=10)
_DOUBLINGS = 8


def may_publish_again(table: Table, now: datetime, first_wait: timedelta) -> ColumnElement[bool]:
    """No publish of the row is so recent that it may still be in the queue. The wait doubles with each publish,
    so that a long queue is not made longer by its own sweeper."""
    waits = [min(first_wait * 2**count, LONGEST_WAIT) for count in range(_DOUBLINGS)]
    published_at, publishes = table.c.published_at, table.c.publishes
    return or_(
        published_at.is_(None),
        # Only a clock that went back leaves a moment to come.
        published_at > now + first_wait,
        *(and_(publishes == count, published_at <= now - wait) for count, wait in enumerate(waits)),
        and_(publishes >= _DOUBLINGS, published_at <= now - LONGEST_WAIT),
    )


# Many rows at once into PostgreSQL: by COPY in a third of the time that as many inserts take.


def copy_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows, which all have the columns of the first, in the connection's transaction.

    Raises:
        IntegrityError: one of them is there already; the transaction is lost.
    """
    import psycopg

    dialect = connection.dialect
    columns = [table.c[name] for name in rows[0]]
    types = [column.type.bind_processor(dialect) for column in columns]
    names = ", ".join(dialect.identifier_preparer.quote(column.name) for column in columns)
    raw: Any = connection.connection.driver_connection
    statement = f"COPY {dialect.identifier_preparer.format_table(table)} ({names}) FROM STDIN"
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([v if t is None else t(v) for t, v in zip(types, row.values(), strict=True)])
    except psycopg.Error as error:
        # As it would have come from an insert: the store tells what passes by itself from the kind of error.
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=dialect) from error
