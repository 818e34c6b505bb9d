import threading

import pytest
from sqlalchemy import delete, select, update

from connectors.sql.store import SqlStore
from connectors.sql.tables import ledger
from core.model.chain import GENESIS
from tests.connectors.sql.samples import MINUTE, NOW

FACTS = {"policy": "p-1", "amount": 12.5, "words": "né\x00 \ud83d", "list": [1, None]}


@pytest.fixture
def written(store: SqlStore) -> SqlStore:
    with store.begin() as unit:
        for number in range(5):
            unit.ledger.append("approval", {**FACTS, "number": number}, NOW + number * MINUTE)
    return store


def test_an_untouched_chain_holds(written: SqlStore) -> None:
    with written.read() as unit:
        assert unit.ledger.verify() is None


def test_an_empty_chain_holds(store: SqlStore) -> None:
    with store.read() as unit:
        assert unit.ledger.verify() is None


def test_each_record_covers_the_one_before(written: SqlStore) -> None:
    with written.begin() as unit:
        last = unit.ledger.append("policy", {}, NOW)
        rows = unit.connection.execute(select(ledger).order_by(ledger.c.serial)).all()
    assert rows[-1].hash == last
    assert [row.previous for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert [row.serial for row in rows] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "forgery",
    [
        {"facts": '{"amount":99}'},
        {"kind": "policy"},
        {"at": "2020-01-01T00:00:00+00:00"},
        {"hash": "f" * 64},
        {"previous": "f" * 64},
    ],
)
def test_a_changed_record_is_found(written: SqlStore, forgery: dict[str, str]) -> None:
    with written.begin() as unit:
        unit.connection.execute(update(ledger).where(ledger.c.serial == 3).values(**forgery))
        assert unit.ledger.verify() == 3


def test_a_removed_record_is_found(written: SqlStore) -> None:
    with written.begin() as unit:
        unit.connection.execute(delete(ledger).where(ledger.c.serial == 2))
        assert unit.ledger.verify() == 3


def test_the_chain_does_not_fork_under_many_writers(store: SqlStore) -> None:
    def write(writer: int) -> None:
        for number in range(10):
            with store.begin() as unit:
                unit.ledger.append("note", {"writer": writer, "number": number}, NOW)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as unit:
        assert unit.ledger.verify() is None
        assert len(unit.connection.execute(select(ledger.c.serial)).all()) == 50


def _append_then_fail(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.ledger.append("approval", FACTS, NOW)
        raise ZeroDivisionError


def test_a_record_of_a_failed_transaction_is_not_in_the_chain(written: SqlStore) -> None:
    with pytest.raises(ZeroDivisionError):
        _append_then_fail(written)
    with written.begin() as unit:
        unit.ledger.append("approval", FACTS, NOW)
        assert unit.ledger.verify() is None
