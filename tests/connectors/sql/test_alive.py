"""Connections to PostgreSQL that break while nobody uses them."""

from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from connectors.sql.engine import database_url
from connectors.sql.store import SqlStore
from core.errors import TransientError

OTHERS = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = user")


def broken(url: str) -> None:
    """Every connection but the one that says so."""
    engine = create_engine(database_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(OTHERS)
    engine.dispose()


def answers(store: SqlStore) -> bool:
    with store.begin() as unit:
        return bool(unit.connection.execute(text("SELECT 1")).scalar_one())


def test_one_that_broke_while_nobody_used_it_is_not_handed_out(postgresql_url: str) -> None:
    store = SqlStore(postgresql_url)

    @event.listens_for(store.writer, "checkin")
    def long_ago(raw: Any, record: Any) -> None:
        record.info["used"] -= 60

    assert answers(store)
    broken(postgresql_url)
    assert answers(store)
    store.close()


def test_one_that_broke_just_now_passes(postgresql_url: str) -> None:
    store = SqlStore(postgresql_url)
    assert answers(store)
    broken(postgresql_url)
    with pytest.raises(TransientError):
        answers(store)
    assert answers(store)
    store.close()
