"""Bringing a database to the tables of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from connectors.sql.engine import store_errors, writer

_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 7_305_101


def upgrade(url: str, revision: str = "head") -> None:
    """Create or migrate the tables. Safe to run from several processes at once: one works, the others wait.

    Raises TransientError when the database cannot be reached, ConfigurationError for a URL of another kind."""
    engine = writer(url, pool_size=1)
    try:
        with store_errors(), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
            command.upgrade(_config(connection), revision)
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    # No ini file: the migrations are found beside this module, wherever the package is installed.
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
