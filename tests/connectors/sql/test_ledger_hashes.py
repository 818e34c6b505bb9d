"""The ledger holds no customer's number or address, and stays provable."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from connectors.sql.ledger import SqlLedger
from connectors.sql.store import SqlStore
from connectors.sql.tables import ledger
from core.govern.audit import Audit
from core.model.ids import CustomerId
from tests.keys import master_keys

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PHONE, EMAIL = "+14155550101", "ada.lovelace@example.com"
FACTS = {"effect": "fx_1", "target": PHONE, "why": f"{EMAIL} wrote from {PHONE}", "by": "priya@larkfield.example"}


def texts(store: SqlStore) -> str:
    with store.read() as unit:
        return " ".join(unit.connection.execute(select(ledger.c.facts)).scalars())


def test_a_number_or_address_anywhere_in_the_facts_becomes_its_hash(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.ledger.append("sent", FACTS, NOW)
        unit.ledger.append("effect", {"error": {"of": [PHONE]}}, NOW)
    assert PHONE not in texts(store)
    assert EMAIL not in texts(store)
    with store.read() as unit:
        first, second = unit.ledger.records(0, 10)
        assert first.said == unit.ledger.as_written("sent", FACTS)
        assert first.said["by"] == FACTS["by"]
        assert first.said["target"] == second.said["error"]["of"][0] != PHONE
        assert first.said["target"] in first.said["why"]
        assert unit.ledger.verify() is None


@pytest.fixture
def older(url: str) -> None:
    """Three records of the time before there were keys."""
    store = SqlStore(url)
    with store.begin() as unit:
        for number in range(3):
            unit.ledger.append("sent", FACTS | {"effect": f"fx_{number}"}, NOW)
    store.close()


def rechained(store: SqlStore) -> str:
    with store.begin() as unit:
        return unit.ledger.rechain(NOW)


@pytest.mark.usefixtures("older")
def test_older_records_are_chained_anew_once_with_both_heads_kept(store: SqlStore) -> None:
    with store.read() as unit:
        before = unit.ledger.last()
    assert before is not None
    assert PHONE in before.facts
    assert rechained(store) == ""
    assert PHONE not in texts(store)
    with store.read() as unit:
        *records, last = unit.ledger.records(0, 10)
        assert [record.said["effect"] for record in records] == ["fx_0", "fx_1", "fx_2"]
        assert json.loads(last.facts) == {
            "changed": 3,
            "new_head": records[-1].hash,
            "old_head": before.hash,
            "records": 3,
        }
        assert unit.ledger.verify() is None
        # A head that was noted before is still found.
        audit = Audit(unit=unit, standing_of=lambda version: None, head=before.hash)
        list(audit.faults())
        assert audit.found.seen_head
    assert rechained(store) == ""
    with store.read() as unit:
        assert unit.ledger.last() == last


@pytest.mark.usefixtures("older")
def test_a_chain_that_does_not_fit_is_not_made_to_fit(store: SqlStore) -> None:
    with store.begin() as unit:
        changed = update(ledger).where(ledger.c.serial == 2)
        unit.connection.execute(changed.values(facts=json.dumps(FACTS | {"effect": "fx_9"})))
    assert "record 2" in rechained(store)
    with store.read() as unit:
        assert unit.ledger.verify() == 2


def test_the_hashes_outlive_the_keys_of_a_person(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.ledger.append("sent", FACTS, NOW)
        unit.keys.forget_customer(CustomerId("cu_1"), NOW)
    again = SqlStore(store.writer.url.render_as_string(hide_password=False), keys=master_keys)
    with again.read() as unit:
        assert unit.ledger.verify() is None
        (record,) = unit.ledger.records(0, 10)
        assert record.said["target"] == SqlLedger(unit.connection).as_written("sent", FACTS)["target"]
    again.close()
