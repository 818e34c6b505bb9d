"""Engines for SQLite and PostgreSQL that keep the same promises."""

import math
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import ConfigurationError, TransientError

BUSY_TIMEOUT_MS = 10_000
_NAP_S, _LONG_NAP_S = 0.0005, 0.002
_SHORT_NAPS = 6  # then longer ones: five processes that ask twice a millisecond leave less to whoever writes
_USED = "used"  # when a connection was given back, in what the pool keeps with it
_BELIEVED_S = 5.0  # that it lives, since then
_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)


def database_url(url: str) -> URL:
    """The URL with our driver: `sqlite:///file.db`, or `postgresql://...` spoken with psycopg 3."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    raise ConfigurationError(f"a store is a SQLite file or a PostgreSQL database, not {backend}")


def writer(url: str, pool_size: int = 10) -> Engine:
    """An engine whose transactions take the write lock when they begin."""
    target = database_url(url)
    if target.get_backend_name() == "postgresql":
        engine = create_engine(target, pool_size=pool_size, hide_parameters=True)
        _alive(engine)
        return engine
    Path(str(target.database)).parent.mkdir(parents=True, exist_ok=True)
    # The last pragma: from then on `begin_immediate` waits, better than SQLite does.
    return _sqlite(target, pool_size, begin=begin_immediate, pragmas=("foreign_keys=ON", "busy_timeout=0"))


def reader(url: str, write_engine: Engine, pool_size: int = 10) -> Engine:
    """An engine whose transactions see one moment of the database and cannot write."""
    target = database_url(url)
    if target.get_backend_name() == "postgresql":
        return write_engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return _sqlite(target, pool_size, begin=_begin, pragmas=("query_only=ON",))


def _alive(engine: Engine) -> None:
    """Whoever is given a connection that nobody has used for a while is given one that lives.

    Asked each time, as the pool would by itself, it costs every transaction one more round trip; one that broke in the
    last seconds is a TransientError."""

    @event.listens_for(engine, "checkin")
    def given_back(raw: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def taken(raw: Any, record: Any, proxy: Any) -> None:
        if time.monotonic() - record.info.get(_USED, -math.inf) < _BELIEVED_S:
            return
        try:
            engine.dialect.do_ping(raw)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError("the connection was lost while nobody used it") from error


def begin_immediate(raw: sqlite3.Connection) -> None:
    """Begin a transaction that may write, waiting up to BUSY_TIMEOUT_MS for another process to end its own.

    SQLite would wait too, but with naps that grow to 100 ms: a webhook would miss its turn again and again."""
    end = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    naps = 0
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        naps += 1
        time.sleep(_NAP_S if naps <= _SHORT_NAPS else _LONG_NAP_S)


def _begin(raw: sqlite3.Connection) -> None:
    raw.execute("BEGIN")


def _sqlite(
    url: URL, pool_size: int, *, begin: Callable[[sqlite3.Connection], None], pragmas: tuple[str, ...]
) -> Engine:
    # Parameters are hidden because an error's text goes to logs, and they hold personal data.
    engine = create_engine(url, pool_size=pool_size, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, record: Any) -> None:
        # Python's sqlite3 would begin transactions by its own rules, too late to take the write lock.
        raw.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            *pragmas,
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for the type checker
        begin(raw)

    return engine


@contextmanager
def unhurried_disk(connection: Connection) -> Iterator[None]:
    """Around a transaction whose commit need not wait until the disk has it: a power failure may take back the last
    ones, a crash of ours does not. On PostgreSQL it waits as always."""
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        yield
        return
    raw.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        raw.execute("PRAGMA synchronous=FULL")


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn what passes by itself (a lock, a lost connection, a full disk) into TransientError."""
    try:
        yield
    except PoolTimeoutError as error:
        raise TransientError("no database connection became free") from error
    except (DBAPIError, sqlite3.Error) as error:
        if _passes(error):
            raise TransientError(f"the database cannot do this now: {error}") from error
        raise


def _passes(error: DBAPIError | sqlite3.Error) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _code(cause) in _PASSING
    return isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated)


def _code(error: sqlite3.Error) -> int:
    """The primary result code, without what SQLite adds to it."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
