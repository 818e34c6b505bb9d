"""Groups of customers side by side: what is planted is found, and chance is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from benchmarks.year import NOW, Year, fill
from connectors.sql.store import SqlStore
from core.measure.fairness import ASPECTS, fairness_of
from core.model.ids import CustomerId
from core.model.matter import Span

SPAN = Span(since=NOW - timedelta(days=90), until=NOW, now=NOW)


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    fill(store, Year(matters=4_000, days=90))
    return store


def test_where_groups_are_alike_nothing_is_marked(filled: SqlStore) -> None:
    with filled.read() as unit:
        found = fairness_of(unit, SPAN, ())
    assert set(found.fields) == {"language", "tier"}
    assert found.matters > 3_000
    assert found.found == []
    assert all(len(group.compared) == len(ASPECTS) for groups in found.fields.values() for group in groups)


def test_a_group_that_is_misread_more_often_is_found_and_no_other(filled: SqlStore) -> None:
    with filled.begin() as unit:
        unit.connection.execute(text("UPDATE matters SET corrected = true WHERE language = 'fr'"))
    with filled.read() as unit:
        found = fairness_of(unit, SPAN, ())
    assert [(field, group.key, each.aspect.name) for field, group, each in found.found] == [
        ("language", "fr", "intent_wrong")
    ]
    (_, _, each) = found.found[0]
    assert each.share.value == 1.0
    assert each.difference.low > 0.4


def test_a_field_that_the_policy_names_is_compared_too(filled: SqlStore) -> None:
    with filled.begin() as unit:
        for number in range(200):
            customer = unit.customers.get(CustomerId(f"cu_{number}"))
            assert customer is not None
            unit.customers.save(replace(customer, attributes={"plan": "north" if number % 2 else "south"}))
    with filled.read() as unit:
        assert "plan" not in fairness_of(unit, SPAN, ()).fields
        found = fairness_of(unit, SPAN, ("plan",))
    assert {group.key for group in found.fields["plan"]} == {"north", "south"}


def test_without_any_matter_nothing_is_compared(store: SqlStore) -> None:
    span = Span(since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2020, 2, 1, tzinfo=UTC), now=NOW)
    with store.read() as unit:
        assert fairness_of(unit, span, ("plan",)).fields == {}
