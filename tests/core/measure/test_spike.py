import random
from datetime import UTC, datetime, timedelta
from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from connectors.sql.store import SqlStore
from core.measure.spike import is_over, key_of, spike_raised, spiking, tail, watch_intents
from tests.core import rules
from tests.core.alerts.contacts import contacts

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICY = rules.policy()


@given(count=st.integers(0, 60), seen=st.integers(0, 300), windows=st.floats(0.2, 30))
def test_the_chance_is_that_of_the_negative_binomial(count: int, seen: int, windows: float) -> None:
    expected = float(nbinom.sf(count - 1, seen + 0.5, windows / (windows + 1)))
    assert tail(count, seen, windows) == pytest.approx(expected, abs=1e-9)


def test_with_much_to_compare_with_it_is_nearly_poissons() -> None:
    below = sum(exp(-5) * 5**k / factorial(k) for k in range(12))
    assert tail(12, 5000, 1000) == pytest.approx(1 - below, rel=0.05)


def test_nothing_to_compare_with_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        tail(5, 0, 0)


def test_too_many_of_one_matter_are_a_spike_and_a_usual_hour_is_none(store: SqlStore) -> None:
    for day in range(1, 8):
        contacts(store, NOW - day * DAY - HOUR / 2, outage=1, billing=20)
    contacts(store, NOW - HOUR / 2, outage=9, billing=22)
    with store.read() as unit:
        (spike,) = spiking(unit, POLICY, NOW)
    assert (spike.intent, spike.count, spike.usual) == ("outage", 9, 1.0)
    assert spike.chance < 0.001
    said = spike_raised(spike, NOW)
    assert said.text == "9 contacts about “outage” within an hour; about 1.0 are usual"


def test_what_comes_every_day_at_this_hour_is_no_spike(store: SqlStore) -> None:
    for day in range(1, 8):
        contacts(store, NOW - day * DAY - HOUR / 2, delivery=30)
        contacts(store, NOW - day * DAY - 6 * HOUR, delivery=1)
    contacts(store, NOW - HOUR / 2, delivery=31)
    with store.read() as unit:
        assert spiking(unit, POLICY, NOW) == []


def test_a_few_are_no_spike_however_rare_they_are(store: SqlStore) -> None:
    for day in range(1, 8):
        contacts(store, NOW - day * DAY - HOUR / 2, billing=20)
    contacts(store, NOW - HOUR / 2, outage=7, billing=20)
    with store.read() as unit:
        assert spiking(unit, POLICY, NOW) == []
        assert spiking(unit, rules.policy(alerts__spike={"least": 5}), NOW)[0].intent == "outage"


def test_on_its_first_day_the_share_of_all_contacts_is_compared(store: SqlStore) -> None:
    """A busy morning is no spike of everything; one matter that takes over is."""
    for hour in range(1, 9):
        contacts(store, NOW - hour * HOUR - HOUR / 2, outage=4, billing=12)
    contacts(store, NOW - HOUR / 2, outage=10, billing=30)
    with store.read() as unit:
        assert spiking(unit, POLICY, NOW) == []
    contacts(store, NOW - HOUR / 3, outage=40)
    with store.read() as unit:
        assert [each.intent for each in spiking(unit, POLICY, NOW)] == ["outage"]


def test_a_store_that_knows_too_little_sees_no_spike(store: SqlStore) -> None:
    with store.read() as unit:
        assert watch_intents(unit, NOW) == []
    contacts(store, NOW - HOUR / 2, outage=50)
    with store.read() as unit:
        assert spiking(unit, POLICY, NOW) == []


def test_what_was_not_recognised_is_no_matter(store: SqlStore) -> None:
    for day in range(1, 8):
        contacts(store, NOW - day * DAY - HOUR / 2, billing=3)
    contacts(store, NOW - HOUR / 2, unknown=50)
    with store.read() as unit:
        assert spiking(unit, POLICY, NOW) == []


def test_a_spike_is_over_when_the_hour_is_usual_again(store: SqlStore) -> None:
    for day in range(1, 8):
        contacts(store, NOW - day * DAY - HOUR / 2, outage=4)
    contacts(store, NOW - HOUR / 2, outage=5)
    with store.read() as unit:
        found = watch_intents(unit, NOW)
    assert is_over(found, key_of("outage"))
    assert is_over([], key_of("outage"))


def test_false_alarms_are_as_rare_as_the_policy_says() -> None:
    """Ten thousand usual hours of a steady matter, its rate estimated from seven: one in a thousand is called."""
    chance = random.Random(7)

    def usual(rate: float) -> int:
        count, product = 0, chance.random()
        while product > exp(-rate):
            count, product = count + 1, product * chance.random()
        return count

    called = sum(tail(usual(6.0), sum(usual(6.0) for _ in range(7)), 7) <= 0.001 for _ in range(10_000))
    assert called <= 25
