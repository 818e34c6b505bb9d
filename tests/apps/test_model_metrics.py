"""What became of the model's readings is told to Prometheus, from what the store holds."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from apps.model_metrics import KEPT, ModelReadings
from connectors.sql.store import SqlStore
from core.model.customer import Customer
from core.model.ids import CustomerId
from core.model.reading import MODEL_READ, READERS_DIFFER
from core.model.signals import Scored
from tests.clock import NOW
from tests.connectors.sql.samples import conversation, decision, message
from tests.core.samples import signals


def read(sure: float, dropped: float = 0.0) -> Scored:
    return Scored(value=MODEL_READ, confidence=sure, amount=dropped, label="Read by small-1")


DIFFER = Scored(value=READERS_DIFFER, confidence=1.0, amount=1.0)
FACTS = ((read(1.0),), (read(1.0, 2.0), DIFFER), (read(0.0),), ())


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    with store.begin() as unit:
        unit.customers.save(Customer(id=CustomerId("cu_dana"), name="Dana Kim"))
        unit.conversations.add(conversation())
        unit.conversations.add_message(message())
        for number, facts in enumerate(FACTS, 1):
            unit.decisions.add(decision(number, at=NOW + timedelta(minutes=number), signals=signals(facts=facts)))
    return store


def test_readings_are_counted_by_what_became_of_them(filled: SqlStore) -> None:
    at = [0.0]
    registry = CollectorRegistry()
    registry.register(ModelReadings(filled, clock=lambda: at[0]))
    told = generate_latest(registry).decode()
    for line in (
        'handrail_model_readings{result="read"} 2.0',
        'handrail_model_readings{result="unread"} 1.0',
        'handrail_model_readings{result="dropped"} 1.0',
        'handrail_model_readings{result="differing"} 1.0',
        "handrail_model_findings_dropped 2.0",
    ):
        assert line in told


def test_the_store_is_not_asked_at_every_look(filled: SqlStore) -> None:
    at = [0.0]
    readings = ModelReadings(filled, clock=lambda: at[0])
    before = [sample.value for family in readings.collect() for sample in family.samples]
    with filled.begin() as unit:
        unit.decisions.add(decision(9, at=NOW + timedelta(hours=1), signals=signals(facts=(read(1.0),))))
    assert [sample.value for family in readings.collect() for sample in family.samples] == before
    at[0] += KEPT
    after = [sample.value for family in readings.collect() for sample in family.samples]
    assert after[0] == before[0] + 1
