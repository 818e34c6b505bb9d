"""Facts from a database of the company's: one query of theirs, read only, the columns are the facts."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from connectors.profile.mapping import keys_of
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.customer import Customer
from core.model.profile import FactSource, ProfileFact
from core.ports import Now

TIMEOUT = timedelta(seconds=2)
LONGEST = 300  # characters of a value
AT = "at"  # the column with the time that the facts are of
DIALECTS = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
PLACES = frozenset({"email", "phone", "helpdesk", "external"})
_PLACE = re.compile(r"(?<![:\w]):([a-z_]+)\b")
_STEPS = 10_000  # of SQLite's machine between two looks at the clock


class SqlProfileSource:
    """Implements `core.ports.ProfileSource`. `query` has one or more of the places `:email`, `:phone`, `:helpdesk` and
    `:external`; its first row is taken. The connection can only read, and gives up after `timeout`.

    Raises:
        ConfigurationError: the address or the query is none, or it is of a database that is neither PostgreSQL nor
            SQLite.
    """

    def __init__(
        self, *, url: str, query: str, source: FactSource, name: str, now: Now, timeout: timedelta = TIMEOUT
    ) -> None:
        self.name, self._source, self._now = name, source, now
        self._query, self._places = text(query), frozenset(_PLACE.findall(query))
        if not self._places or self._places - PLACES:
            known = ", ".join(f":{place}" for place in sorted(PLACES))
            raise ConfigurationError(f"HANDRAIL_PROFILE_SQL_QUERY needs one or more of {known} and no other place")
        self._engine = _reading(url, timeout)

    def facts(self, customer: Customer) -> list[ProfileFact]:
        keys = keys_of(customer)
        if self._places - keys.keys():
            return []
        try:
            with self._engine.connect() as connection:
                row = connection.execute(self._query, {name: keys[name] for name in self._places}).mappings().first()
        except OperationalError as error:
            raise TransientError(f"{self.name} does not answer: {type(error.orig).__name__}") from error
        except DBAPIError as error:
            raise RejectedError(f"{self.name} refuses the query: {error.orig}") from error
        except SQLAlchemyError as error:
            raise RejectedError(f"{self.name} cannot be asked: {error}") from error
        return self._facts_of({str(name): value for name, value in row.items()}) if row is not None else []

    def _facts_of(self, row: Mapping[str, Any]) -> list[ProfileFact]:
        at = _moment(row.get(AT)) or self._now()
        plain = {str(name).lower(): _plain(value) for name, value in row.items() if str(name).lower() != AT}
        return [
            ProfileFact(name=name, value=value, source=self._source, at=at, by=self.name)
            for name, value in plain.items()
            if value
        ]


def _reading(url: str, timeout: timedelta) -> Engine:
    """Connections of an engine that can only read."""
    try:
        backend = make_url(url).get_backend_name()
        if backend not in DIALECTS:
            # Elsewhere nothing would keep the query from writing, or from never ending.
            known = " and ".join(DIALECTS.values())
            raise ConfigurationError(f"HANDRAIL_PROFILE_SQL_URL is of {backend}; {known} can be asked")
        engine = create_engine(url, pool_size=2, pool_pre_ping=True, connect_args=_limits(backend, timeout))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigurationError(f"HANDRAIL_PROFILE_SQL_URL is no database address: {error}") from error
    if backend == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = 1"))
        event.listen(engine, "before_cursor_execute", _deadline(timeout))
    return engine


def _limits(backend: str, timeout: timedelta) -> dict[str, Any]:
    """What a connection is opened with."""
    if backend == "sqlite":
        return {"timeout": timeout.total_seconds()}
    milliseconds = round(timeout.total_seconds() * 1000)
    options = f"-c default_transaction_read_only=on -c statement_timeout={milliseconds}"
    return {"options": options, "connect_timeout": max(1, milliseconds // 1000)}


def _deadline(timeout: timedelta) -> Any:
    """SQLite knows no limit of its own: its machine asks every few thousand steps whether to go on."""

    def before(connection: Any, cursor: Any, *_: Any) -> None:
        until = datetime.now(UTC) + timeout
        cursor.connection.set_progress_handler(lambda: int(datetime.now(UTC) > until), _STEPS)

    return before


def _plain(value: Any) -> str:
    if value is None or isinstance(value, bytes):
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return " ".join(str(value).split())[:LONGEST]


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
