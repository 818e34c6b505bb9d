import multiprocessing
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from connectors.sql.engine import database_url
from connectors.sql.patience import Waiting
from connectors.sql.store import SqlStore
from connectors.sql.tables import index_version
from core.errors import ConfigurationError, TransientError
from tests.connectors.sql.samples import NOW, event


def _write_then_fail(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.events.add(event())
        unit.cursors.set("articles", "1")
        raise ZeroDivisionError


def test_a_block_that_raises_leaves_nothing(store: SqlStore) -> None:
    with pytest.raises(ZeroDivisionError):
        _write_then_fail(store)
    with store.read() as unit:
        assert unit.cursors.get("articles") is None
        assert unit.events.counts()["pending"] == 0


def test_a_read_sees_one_moment(store: SqlStore) -> None:
    with store.read() as reading:
        assert reading.cursors.get("articles") is None
        with store.begin() as unit:
            unit.cursors.set("articles", "1")
        assert reading.cursors.get("articles") is None
    with store.read() as reading:
        assert reading.cursors.get("articles") == "1"


def test_a_read_cannot_write(store: SqlStore) -> None:
    with pytest.raises(DBAPIError), store.read() as unit:
        unit.cursors.set("articles", "1")


def test_a_read_does_not_wait_for_a_writer(store: SqlStore) -> None:
    with store.begin() as writing:
        writing.cursors.set("articles", "1")
        with store.read() as unit:
            assert unit.cursors.get("articles") is None


def test_many_threads_write_without_losing_anything(store: SqlStore) -> None:
    def count(_: int) -> None:
        for _ in range(10):
            with store.begin() as unit:
                version = unit.connection.execute(select(index_version.c.version).with_for_update()).scalar_one()
                unit.connection.execute(update(index_version).values(version=version + 1))

    threads = [threading.Thread(target=count, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as unit:
        assert unit.articles.version() == 60


def _write_in_child(store: SqlStore, name: str) -> None:
    with store.begin() as unit:
        unit.cursors.set(name, "child")


def test_a_forked_child_uses_its_own_connections(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.cursors.set("parent", "before")
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=_write_in_child, args=(store, f"child-{number}")) for number in range(3)]
    for child in children:
        child.start()
    with store.begin() as unit:
        unit.cursors.set("parent", "during")
    for child in children:
        child.join(30)
    assert [child.exitcode for child in children] == [0, 0, 0]
    with store.read() as unit:
        assert unit.cursors.get("parent") == "during"
        assert [unit.cursors.get(f"child-{number}") for number in range(3)] == ["child"] * 3


def test_no_idle_connection_is_open_across_a_fork(store: SqlStore) -> None:
    with store.begin(), store.read():
        pass
    held = [store.writer.pool, store.reader.pool]
    child = multiprocessing.get_context("fork").Process(target=_write_in_child, args=(store, "child"))
    child.start()
    child.join(30)
    assert child.exitcode == 0
    assert not {store.writer.pool, store.reader.pool} & set(held)


def test_a_locked_file_is_an_error_that_passes(sqlite_url: str) -> None:
    store = SqlStore(sqlite_url, waiting=Waiting(write=0.05))
    other = sqlite3.connect(database_url(sqlite_url).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TransientError), store.begin() as unit:
        unit.cursors.set("articles", "1")
    other.execute("COMMIT")
    other.close()
    with store.begin() as unit:
        unit.cursors.set("articles", "1")
    store.close()


def test_a_writer_waits_until_another_process_is_done(sqlite_url: str) -> None:
    store = SqlStore(sqlite_url)
    other = sqlite3.connect(database_url(sqlite_url).database or "", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    release.start()
    started = time.monotonic()
    with store.begin() as unit:
        unit.cursors.set("articles", "1")
    assert 0.2 < time.monotonic() - started < 8
    release.join()
    other.close()
    store.close()


def test_a_database_that_is_away_is_an_error_that_passes() -> None:
    store = SqlStore("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(TransientError), store.begin():
        pass


def test_a_fault_of_ours_is_not_called_passing(store: SqlStore) -> None:
    with pytest.raises(DBAPIError), store.begin() as unit:
        unit.connection.execute(text("SELECT nonsense FROM nowhere"))


def test_what_sqlite_promises_is_switched_on(sqlite_url: str) -> None:
    store = SqlStore(sqlite_url)
    with store.begin() as unit:
        for pragma, value in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
        ):
            assert unit.connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value
    store.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_a_url_that_keeps_nothing_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        SqlStore(url)


def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    SqlStore(f"sqlite:///{tmp_path}/new/folder/store.db").close()
    assert (tmp_path / "new" / "folder").is_dir()


def test_an_error_does_not_show_what_customers_wrote(store: SqlStore) -> None:
    secret = event(subject="my card number is secret", received_at=NOW)
    with pytest.raises(DBAPIError) as raised, store.begin() as unit:
        unit.connection.execute(text("INSERT INTO nowhere VALUES (:subject)"), {"subject": secret.subject})
    assert "secret" not in str(raised.value)
