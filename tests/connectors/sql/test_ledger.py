import threading

import pytest
from sqlalchemy import delete, select, update

from connectors.sql.store import SqlStore, SqlUnit
from connectors.sql.tables import ledger
from core.model.ids import EffectId
from core.model.outbound import EffectState
from core.model.seal import GENESIS
from tests.connectors.sql.samples import MINUTE, NOW, conversation, customer, effect

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
        unit.ledger.append("policy", {}, NOW)
    with written.read() as unit:
        last, rows = unit.ledger.last(), unit.connection.execute(select(ledger).order_by(ledger.c.serial)).all()
    assert last is not None
    assert rows[-1].hash == last.hash
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


def test_what_a_transaction_appends_it_finds_in_the_chain(written: SqlStore) -> None:
    with written.begin() as unit:
        unit.ledger.append("policy", {"version": 1}, NOW)
        unit.ledger.append("policy", {"version": 2}, NOW)
        assert [record.serial for record in unit.ledger.records(4, 9)] == [5, 6, 7]
        unit.ledger.append("policy", {"version": 3}, NOW)
        assert unit.ledger.verify() is None
    with written.read() as unit:
        last = unit.ledger.last()
        assert last is not None
        assert (last.serial, last.facts) == (8, '{"version":3}')


def test_of_a_transaction_that_fails_nothing_is_in_the_chain(written: SqlStore) -> None:
    def fails() -> None:
        with written.begin() as unit:
            unit.ledger.append("policy", {}, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with written.read() as unit:
        last = unit.ledger.last()
        assert last is not None
        assert last.serial == 5
        assert unit.ledger.verify() is None


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


def sent(unit: SqlUnit, *keys: str) -> list[EffectId]:
    """Effects of the outbox that have left."""
    unit.customers.save(customer())
    unit.conversations.add(conversation())
    effects = [effect(key) for key in keys]
    for each in effects:
        assert unit.outbox.add(each)
        assert unit.outbox.mark(each.id, EffectState.SENT, NOW, vendor_ref=each.key)
    return [each.id for each in effects]


def test_what_left_is_recorded_once_or_told(written: SqlStore) -> None:
    with written.begin() as unit:
        once, twice, never = sent(unit, "once", "twice", "never")
        waiting = effect("waiting")
        unit.outbox.add(waiting)
        for name in (once, twice, twice):
            unit.ledger.append("sent", {"approval": None, "effect": name, "kind": "message"}, NOW)
        unit.ledger.append("effect", {"effect": waiting.id, "state": "refused"}, NOW)
    with written.read() as unit:
        assert sorted(unit.ledger.not_once()) == sorted([(twice, 2), (never, 0)])


@pytest.mark.parametrize("facts", ["{", "[]", '{"effect":', '{"effect":null}', "{}"])
def test_a_record_that_cannot_be_read_says_nothing_of_what_left(written: SqlStore, facts: str) -> None:
    with written.begin() as unit:
        (name,) = sent(unit, "one")
        unit.ledger.append("sent", {"effect": name}, NOW)
        unit.ledger.write()
        unit.connection.execute(update(ledger).where(ledger.c.kind == "sent").values(facts=facts))
        assert list(unit.ledger.not_once()) == [(name, 0)]
