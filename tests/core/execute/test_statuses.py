"""Many status callbacks at a time come to what each alone would come to."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.execute.track import AT_ONCE, Tracker
from core.model.event import EventKind
from tests.core import people, samples
from tests.core.execute.delivering import ONE, one_waits
from tests.core.house import House


@pytest.fixture(autouse=True)
def _conversation(house: House) -> None:
    one_waits(house)
    house.delivery.deliver(ONE.id)


def tracker(house: House, ticks: Callable[[], float] = lambda: 0.0) -> Tracker:
    return Tracker(store=house.store, publisher=house.publisher, policy=house.policy, now=house.clock, ticks=ticks)


def told(house: House, name: str, sid: str = "SM0001", error: str = "") -> None:
    payload = {"status": name, "error": error, "effect": ""}
    house.accept(house.event(EventKind.MESSAGE_STATUS, sid, f"{sid}:{name}", payload=payload))


def test_all_that_wait_are_followed_in_one_call(house: House) -> None:
    for name in ("queued", "sent", "delivered"):
        told(house, name)
    assert tracker(house).work() == 3
    assert house.row(ONE.id).delivery == "delivered"
    assert house.inbox() == {"done": 3}
    assert tracker(house).work() == 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["queued", "sending", "sent", "delivered", "read"]))
def test_in_whatever_order_they_came_the_furthest_counts(house: House, order: list[str]) -> None:
    for name in order:
        told(house, name)
    tracker(house).work()
    assert house.row(ONE.id).delivery == "read"


def test_other_events_are_left_to_the_loop(house: House) -> None:
    house.accept(house.event(EventKind.MESSAGE_RECEIVED, "SMin1", payload={"from": people.EMMA_PHONE, "text": "Hi"}))
    assert tracker(house).work() == 0
    assert house.inbox() == {"pending": 1}


def test_one_that_somebody_has_claimed_is_theirs(house: House) -> None:
    told(house, "sent")
    event = house.event(EventKind.MESSAGE_STATUS, "SM0001", "SM0001:sent")
    with house.store.begin() as unit:
        assert unit.events.claim(event.id, house.clock())
    assert tracker(house).work() == 0


def test_one_that_is_to_be_tried_later_waits_for_its_hour(house: House) -> None:
    told(house, "sent")
    event = house.event(EventKind.MESSAGE_STATUS, "SM0001", "SM0001:sent")
    with house.store.begin() as unit:
        unit.events.wait(event.id, house.clock(), house.clock() + timedelta(seconds=10))
    assert tracker(house).work() == 0
    house.wait(seconds=10)
    assert tracker(house).work() == 1


def test_a_long_queue_is_worked_off_for_a_while_and_then_hinted_again(house: House) -> None:
    for number in range(3 * AT_ONCE):
        told(house, "sent", f"SMunknown{number}")
    moments = count()
    assert tracker(house, lambda: float(next(moments))).work() == AT_ONCE
    assert house.publisher.gathered == ["statuses"]
    assert tracker(house).work() == 2 * AT_ONCE


def test_a_failure_is_remedied_as_by_the_loop(house: House) -> None:
    told(house, "undelivered", error="30003")
    tracker(house).work()
    with house.store.read() as unit:
        rows = unit.outbox.of_conversation(samples.conversation().id)
    assert [row.effect.key for row in rows][-1] == f"{ONE.key}:again"


def test_what_cannot_be_followed_is_handed_to_the_loop_one_by_one(house: House) -> None:
    """A fault in one of them stops none of the others for good."""
    told(house, "sent")
    told(house, "delivered")
    house.accept(house.event(EventKind.MESSAGE_STATUS, "SM0001", "SM0001:nothing", payload={"error": ""}))
    with pytest.raises(KeyError):
        tracker(house).work()
    assert len(house.publisher.events) == 3
    assert house.inbox() == {"pending": 3}
    *whole, broken = house.publisher.events
    assert {house.loop.handle(event_id) for event_id in whole} <= {"delivered", "sent", "older_status"}
    assert house.row(ONE.id).delivery == "delivered"
    with pytest.raises(KeyError):
        house.loop.handle(broken)
    assert house.inbox() == {"done": 2, "claimed": 1}


def test_of_two_in_one_go_the_furthest_is_all_that_is_written(house: House) -> None:
    told(house, "failed", error="30003")
    told(house, "delivered")
    tracker(house).work()
    assert house.row(ONE.id).delivery == "delivered"
    with house.store.read() as unit:
        rows = unit.outbox.of_conversation(samples.conversation().id)
    assert [row.effect.key for row in rows] == [ONE.key]
