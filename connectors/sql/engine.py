"""Engines for SQLite and PostgreSQL that keep the same promises."""

import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from connectors.measures import STORE_LOCK
from connectors.sql.patience import Patience, Waiting, Watchdog
from core.errors import ConfigurationError, TransientError

_NAP_S, _LONG_NAP_S = 0.0005, 0.002
_SHORT_NAPS = 6  # then longer ones: five processes that ask twice a millisecond leave less to whoever writes
_USED = "used"  # when a connection was given back, in what the pool keeps with it
_PING_S = 0.3
_BELIEVED_S = 5.0  # that it lives, since then
# What passes by itself or when somebody has put it right, and what it is in an operator's words: SQLite's codes, and
# PostgreSQL's, of which two digits stand for a class.
_PASSING = {
    sqlite3.SQLITE_BUSY: "it is locked by another process",
    sqlite3.SQLITE_LOCKED: "it is locked by another connection of this process",
    sqlite3.SQLITE_IOERR: "the disk failed to read or to write",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CANTOPEN: "its file cannot be opened: its folder is gone, or the file system is read-only",
    sqlite3.SQLITE_READONLY: "its file or its file system is read-only",
}
_STATES = {
    "25006": "it takes no writes now",
    "53100": "the disk is full",
    "53300": "it has no connection left",
    "55P03": "what is to be written is locked by somebody else",
    "57014": "it took too long",
    "57P": "it is starting or shutting down",
    "58": "its disk failed to read or to write",
}
_GONE = "it cannot be reached, or the connection was lost"
_LATE = _STATES["57014"]
_READ_ONLY = (_PASSING[sqlite3.SQLITE_READONLY], _STATES["25006"])
# Whoever comes next would fail likewise. SQLite has one lock for all; PostgreSQL's locks and long statements are of
# those who met them.
_EVERYBODYS = {*_PASSING.values(), _GONE, _STATES["25006"], _STATES["53100"]}


def database_url(url: str) -> URL:
    """The URL with our driver: `sqlite:///file.db`, or `postgresql://...` spoken with psycopg 3."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    raise ConfigurationError(f"a store is a SQLite file or a PostgreSQL database, not {backend}")


def writer(url: str, pool_size: int = 10, patience: Patience | None = None) -> Engine:
    """An engine whose transactions take the write lock when they begin."""
    target, patience = database_url(url), patience or Patience(Waiting())
    if target.get_backend_name() == "postgresql":
        return _postgresql(target, pool_size, patience)
    Path(str(target.database)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(raw: sqlite3.Connection) -> None:
        begun = time.monotonic()
        begin_immediate(raw, patience.left())
        STORE_LOCK.observe(time.monotonic() - begun)

    # The last pragma: from then on `begin_immediate` waits, better than SQLite does.
    return _sqlite(target, pool_size, patience, begin=begin, pragmas=("foreign_keys=ON", "busy_timeout=0"))


def reader(url: str, write_engine: Engine, pool_size: int = 10, patience: Patience | None = None) -> Engine:
    """An engine whose transactions see one moment of the database and cannot write."""
    target, patience = database_url(url), patience or Patience(Waiting())
    if target.get_backend_name() == "postgresql":
        return write_engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return _sqlite(target, pool_size, patience, begin=_begin, pragmas=("query_only=ON",))


def _postgresql(target: URL, pool_size: int, patience: Patience) -> Engine:
    waiting = patience.waiting
    network = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}
    engine = create_engine(
        target,
        pool_size=pool_size,
        pool_timeout=waiting.write,
        hide_parameters=True,
        connect_args={"connect_timeout": waiting.connect, **network},
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, record: Any) -> None:
        # Not among the options of the connection: a pooler before the server would refuse those.
        # Shorter than a transaction may last: that it was a lock says more than that its time was over.
        raw.execute(f"SET lock_timeout = {math.ceil(waiting.write * 800)}")
        raw.commit()

    _alive(engine, patience)
    return engine


def _alive(engine: Engine, patience: Patience) -> None:
    """Whoever is given a connection that nobody has used for a while is given one that lives.

    Asked each time, as the pool would by itself, it costs every transaction one more round trip; one that broke in the
    last seconds is a TransientError. In a web process a server that has stopped answering counts as lost in time."""
    watchdog = Watchdog() if patience.waiting.together else None

    @event.listens_for(engine, "checkin")
    def given_back(raw: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()
        if watchdog is not None:
            watchdog.leave(raw)

    @event.listens_for(engine, "checkout")
    def taken(raw: Any, record: Any, proxy: Any) -> None:
        if watchdog is not None and raw in watchdog.cut:
            raise DisconnectionError("it is being ended, for whoever had it before")
        if time.monotonic() - record.info.get(_USED, -math.inf) >= _BELIEVED_S:
            if watchdog is not None:
                watchdog.watch(raw, min(_PING_S, patience.left()))
            try:
                engine.dialect.do_ping(raw)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError("the connection was lost while nobody used it") from error
        if watchdog is not None:
            watchdog.watch(raw, patience.left())

    if watchdog is not None:
        event.listen(engine, "handle_error", partial(_late, watchdog))


def _late(watchdog: Watchdog, context: ExceptionContext) -> None:
    """Told where a connection is lost that we cut ourselves."""
    line = context.connection if context.is_disconnect else None
    if line is not None and line.connection.driver_connection in watchdog.heard:
        raise _told(_LATE, None) from context.original_exception


def begin_immediate(raw: sqlite3.Connection, seconds: float) -> None:
    """Begin a transaction that may write, waiting for so long for another process to end its own.

    SQLite would wait too, but with naps that grow to 100 ms: a webhook would miss its turn again and again."""
    end = time.monotonic() + seconds
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
    url: URL,
    pool_size: int,
    patience: Patience,
    *,
    begin: Callable[[sqlite3.Connection], None],
    pragmas: tuple[str, ...],
) -> Engine:
    # Parameters are hidden because an error's text goes to logs, and they hold personal data.
    engine = create_engine(url, pool_size=pool_size, pool_timeout=patience.waiting.write, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, record: Any) -> None:
        # Python's sqlite3 would begin transactions by its own rules, too late to take the write lock.
        raw.isolation_level = None
        for pragma in (
            f"busy_timeout={math.ceil(patience.waiting.write * 1000)}",
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


@dataclass(slots=True)
class DatabaseFile:
    """SQLite's file, as it was when it was first seen."""

    path: Path
    _seen: int | None = None

    @classmethod
    def of(cls, url: str) -> "DatabaseFile | None":
        target = database_url(url)
        return cls(Path(str(target.database))) if target.get_backend_name() == "sqlite" else None

    def moved(self) -> bool:
        """Whether another file lies there than before, or none; the new one is the one to go on with."""
        try:
            found = os.stat(self.path).st_ino
        except OSError:
            return self._seen is not None
        before, self._seen = self._seen, found
        return before not in (None, found)


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
def store_errors(patience: Patience | None = None, *, reading: bool = False) -> Iterator[None]:
    """Turn what passes by itself (a lock, a lost connection, a full disk) into TransientError. `reading`: a write that
    is refused is a bug of ours."""
    try:
        yield
    except PoolTimeoutError as error:
        raise _told("no connection became free", None) from error
    except (DBAPIError, sqlite3.Error) as error:
        why = _passing(error)
        if why and not (reading and why in _READ_ONLY):
            # In our words: the driver's name the address and the user, SQLAlchemy's a customer's words.
            raise _told(why, patience) from error
        raise
    if patience is not None:
        patience.succeeded()


def _told(why: str, patience: Patience | None) -> TransientError:
    said = f"the database cannot do this now: {why}"
    if patience is not None and why in _EVERYBODYS:
        patience.failed(said, altogether=why == _GONE)
    elif patience is not None:
        patience.succeeded()  # it is there: it said no
    return TransientError(said)


def _passing(error: DBAPIError | sqlite3.Error) -> str:
    """Why the database cannot do it now; empty where waiting would not help."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _PASSING.get(_code(cause), "")
    state = str(getattr(cause, "sqlstate", None) or "")
    known = next((said for begins, said in _STATES.items() if state.startswith(begins)), "")
    if known:
        return known
    if isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return f"it answered {state}" if state else _GONE
    return ""


def _code(error: sqlite3.Error) -> int:
    """The primary result code, without what SQLite adds to it."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
