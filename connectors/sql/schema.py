"""Bringing a database to the tables of this version."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from connectors.sql.engine import database_url, reader, store_errors, writer
from core.errors import ConfigurationError

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
# The last commit that had the steps before the baseline: it brings any older database to the baseline's tables.
LAST_WITH_OLDER_STEPS = "2f89d6f"
_UPGRADE_LOCK = 7_305_101


def upgrade(url: str) -> None:
    """Create or migrate the tables. Safe to run from several processes at once: one works, the others wait.

    Raises TransientError when the database cannot be reached, ConfigurationError for a URL of another kind,
    for tables of a newer Handrail and for tables from before the baseline."""
    engine = writer(url, pool_size=1)
    try:
        with store_errors(), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = 0"))  # for as long as the others' migration takes
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
            found = _revision_of(connection)
            if found is not None and found > newest():
                raise ConfigurationError(
                    f"the database is of version {found}, newer than this Handrail's {newest()}: start the newer "
                    "Handrail again, or take the copy of the database from before it."
                )
            if found is not None and found < min(_versions()):
                raise ConfigurationError(
                    f"the database is of version {found}, older than {min(_versions())}, the oldest that this Handrail "
                    f"can open: let Handrail of commit {LAST_WITH_OLDER_STEPS} open it once, or start anew with an "
                    "empty database."
                )
            if found != newest():
                from alembic import command

                command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def has_tables(url: str) -> bool:
    """Whether there are tables of ours, of whichever version. Nothing is made by looking.

    Errors are those of `upgrade`."""
    target = database_url(url)
    try:
        if target.get_backend_name() == "sqlite" and not Path(str(target.database)).exists():
            return False
    except OSError as error:
        raise ConfigurationError(f"{target.database} cannot be looked at ({error.strerror})") from error
    engine = writer(url, pool_size=1)
    try:
        with store_errors(), reader(url, engine, pool_size=1).connect() as connection:
            return _revision_of(connection) is not None
    finally:
        engine.dispose()


def store_name(url: str) -> str:
    """How a person knows this store: the file's whole path, or the database's address without its password."""
    target = database_url(url)
    if target.get_backend_name() == "sqlite":
        return str(Path(str(target.database)).resolve())
    return target.set(drivername="postgresql").render_as_string(hide_password=True)


def newest() -> str:
    """The last migration."""
    return max(_versions())


def _versions() -> list[str]:
    """By the names of the files: to see that nothing is to be done, Alembic need not be loaded."""
    return [path.stem[1:5] for path in (_MIGRATIONS / "versions").glob("v????_*.py")]


def _revision_of(connection: Connection) -> str | None:
    """None for a database that was never migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    # No ini file: the migrations are found beside this module, wherever the package is installed.
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
