"""A database that already holds something is brought to the tables of today."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select, text

from connectors.sql.columns import clean
from connectors.sql.decisions import _row_of
from connectors.sql.engine import database_url
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from connectors.sql.tables import decision_figures, decisions
from core.model.decision import Decision
from tests.connectors.sql.samples import NOW, conversation, customer, decision, event

BEFORE = "0011"
ODD = "half\ud83d and \x00"


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind as an earlier version left it, without rows."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/older.db"
        upgrade(url, BEFORE)
        yield url
        return
    server = str(request.getfixturevalue("postgresql_server"))
    engine = create_engine(database_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE older"))
    url = database_url(server).set(database="older").render_as_string(hide_password=False)
    upgrade(url, BEFORE)
    yield url
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE older WITH (FORCE)"))
    engine.dispose()


def filled(url: str, *made: Decision) -> None:
    store = SqlStore(url)
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        unit.events.add(event())
        unit.cursors.set("signed_url:abc", "used")
        unit.cursors.set("tickets", "5")
        # As it was written then: without what is summed up of it.
        unit.connection.execute(insert(decisions), [_row_of(each) for each in made])
    store.close()


def brought_up(url: str) -> SqlStore:
    upgrade(url)
    return SqlStore(url)


def test_every_decision_has_its_figures_and_used_sign_ins_are_forgotten(older: str) -> None:
    filled(older, *(decision(number, event_id=event().id if number % 2 else "ev_gone") for number in range(1201)))
    store = brought_up(older)
    with store.read() as unit:
        waited = unit.connection.execute(select(decision_figures.c.waited)).scalars().all()
        assert (len(waited), waited.count(0), waited.count(None)) == (1201, 600, 601)
        assert [each.count for each in unit.figures.decided(NOW - timedelta(days=1))] == [1201]
        assert (unit.cursors.get("signed_url:abc"), unit.cursors.get("tickets")) == (None, "5")
    store.close()


def test_what_waited_for_weeks_and_what_no_database_holds_stop_nobody(older: str) -> None:
    plain = decision(1, event_id=event().id, at=NOW + timedelta(days=40))
    (intent, *_) = plain.signals.intents
    odd = replace(plain, signals=replace(plain.signals, intents=(replace(intent, value=ODD),)), abstained=ODD)
    filled(older, odd)
    store = brought_up(older)
    with store.read() as unit:
        row = unit.connection.execute(select(decision_figures)).one()
    assert (row.intent, row.abstained) == (clean(ODD), clean(ODD))
    assert timedelta(milliseconds=row.waited) == timedelta(days=24)
    store.close()
