"""What one transaction on PostgreSQL waits for in vain is not what the others do."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from connectors.sql.patience import Waiting
from connectors.sql.store import SqlStore
from core.errors import CircuitOpenError, TransientError
from tests.together import together

QUICK = Waiting(write=1.0, read=1.5, connect=2, together=True)  # as a web process waits


@pytest.fixture
def web(postgresql_url: str) -> Iterator[SqlStore]:
    store = SqlStore(postgresql_url, waiting=QUICK)
    yield store
    store.close()


@contextmanager
def meanwhile(store: SqlStore) -> Iterator[list[TransientError]]:
    """What another thread's writes were refused with."""
    refused: list[TransientError] = []
    done = threading.Event()

    def write() -> None:
        while not done.wait(0.01):
            try:
                with store.begin() as unit:
                    unit.cursors.set("other", "here")
            except TransientError as error:
                refused.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield refused
        time.sleep(0.3)
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("kind", ["read", "begin"])
def test_a_statement_that_takes_too_long_fails_alone(web: SqlStore, kind: str) -> None:
    with meanwhile(web) as refused:
        with pytest.raises(TransientError, match="it took too long") as caught, getattr(web, kind)() as unit:
            unit.connection.execute(text("SELECT pg_sleep(8)"))
        with web.read() as unit:
            assert unit.cursors.get("other") == "here"
    assert not isinstance(caught.value, CircuitOpenError)
    assert not refused


def test_one_that_waits_for_a_locked_row_fails_alone(postgresql_url: str, web: SqlStore) -> None:
    worker = SqlStore(postgresql_url)
    with worker.begin() as unit:
        unit.cursors.set("row", "taken")
    with meanwhile(web) as refused, worker.begin() as holder:
        holder.cursors.set("row", "held")

        def take(_: int) -> str:
            with pytest.raises(TransientError) as caught, web.begin() as unit:
                unit.cursors.set("row", "wanted")
            return str(caught.value)

        assert all("locked by somebody else" in said for said in together(3, take))
    worker.close()
    assert not refused
    with web.begin() as unit:
        assert unit.cursors.get("row") == "held"


def test_a_pool_that_is_used_up_refuses_those_it_cannot_serve_alone(postgresql_url: str) -> None:
    store = SqlStore(postgresql_url, waiting=QUICK, pool_size=1)
    store.writer.pool._max_overflow = 0  # type: ignore[attr-defined]
    held = store.writer.connect()
    with pytest.raises(TransientError, match="no connection became free"), store.begin():
        pass
    held.close()
    with store.begin() as unit:
        unit.cursors.set("row", "free")
    store.close()
