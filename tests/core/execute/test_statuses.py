"""Many status callbacks at a time come to what each alone would come to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.execute.track import AT_ONCE, Tracker
from core.model.event import EventKind
from core.model.event_payloads import MessageStatus
from tests.core import samples
from tests.core.container import Container
from tests.core.execute.delivering import ONE, one_waits
from tests.core.samples import stand_in_store


@pytest.fixture(autouse=True)
def _conversation(container: Container) -> None:
    one_waits(container)
    container.delivery.deliver(ONE.id)


def tracker(container: Container, ticks: Callable[[], float] = lambda: 0.0) -> Tracker:
    return Tracker(
        store=container.store, publisher=container.publisher, policy=container.policy, now=container.clock, ticks=ticks
    )


def told(container: Container, name: str, sid: str = "SM0001", error: str = "") -> None:
    payload = MessageStatus(status=name, error=error)
    container.accept(container.event(EventKind.MESSAGE_STATUS, sid, f"{sid}:{name}", payload=payload))


def test_all_that_wait_are_followed_in_one_call(container: Container) -> None:
    for name in ("queued", "sent", "delivered"):
        told(container, name)
    assert tracker(container).work() == 3
    assert container.row(ONE.id).delivery == "delivered"
    assert container.inbox() == {"done": 3}
    assert tracker(container).work() == 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["queued", "sending", "sent", "delivered", "read"]))
def test_in_whatever_order_they_came_the_furthest_counts(container: Container, order: list[str]) -> None:
    for name in order:
        told(container, name)
    tracker(container).work()
    assert container.row(ONE.id).delivery == "read"


def test_other_events_are_left_to_the_loop(container: Container) -> None:
    container.accept(container.event(EventKind.MESSAGE_RECEIVED, "SMin1"))
    assert tracker(container).work() == 0
    assert container.inbox() == {"pending": 1}


def test_one_that_somebody_has_claimed_is_theirs(container: Container) -> None:
    told(container, "sent")
    event = container.event(EventKind.MESSAGE_STATUS, "SM0001", "SM0001:sent")
    with container.store.begin() as unit:
        assert unit.events.claim(event.id, container.clock())
    assert tracker(container).work() == 0


def test_one_that_is_to_be_tried_later_waits_for_its_hour(container: Container) -> None:
    told(container, "sent")
    event = container.event(EventKind.MESSAGE_STATUS, "SM0001", "SM0001:sent")
    with container.store.begin() as unit:
        unit.events.wait(event.id, container.clock(), container.clock() + timedelta(seconds=10))
    assert tracker(container).work() == 0
    container.wait(seconds=10)
    assert tracker(container).work() == 1


def test_a_long_queue_is_worked_off_for_a_while_and_then_hinted_again(container: Container) -> None:
    for number in range(3 * AT_ONCE):
        told(container, "sent", f"SMunknown{number}")
    moments = count()
    assert tracker(container, lambda: float(next(moments))).work() == AT_ONCE
    assert container.publisher.gathered == ["statuses"]
    assert tracker(container).work() == 2 * AT_ONCE


def test_a_failure_is_remedied_as_by_the_loop(container: Container) -> None:
    told(container, "undelivered", error="30003")
    tracker(container).work()
    with container.store.read() as unit:
        rows = unit.outbox.of_conversation(samples.conversation().id)
    assert [row.effect.key for row in rows][-1] == f"{ONE.key}:again"


def test_what_cannot_be_followed_is_handed_to_the_loop_one_by_one(container: Container) -> None:
    """A fault in one of them stops none of the others for good."""
    told(container, "sent")
    told(container, "delivered")
    moments = iter([container.clock(), container.clock()])
    with pytest.raises(StopIteration):
        replace(tracker(container), now=lambda: next(moments)).work()
    assert len(container.publisher.events) == 2
    assert container.inbox() == {"pending": 2}
    results = {container.loop.handle(event_id) for event_id in container.publisher.events}
    assert results <= {"delivered", "sent", "older_status"}
    assert container.row(ONE.id).delivery == "delivered"


def test_one_that_cannot_be_read_is_left_to_the_loop_and_holds_up_none_of_the_others(container: Container) -> None:
    told(container, "sent")
    event = container.event(EventKind.MESSAGE_STATUS, "SM0001", "SM0001:nothing")
    broken = stand_in_store(container.store, event, '{"error": ""}')
    told(container, "delivered")
    tracker(container).work()
    assert container.row(ONE.id).delivery == "delivered"
    assert container.inbox() == {"done": 2, "pending": 1}
    assert container.publisher.events == [broken]
    assert container.loop.handle(broken) == "parked"
    assert container.inbox() == {"done": 2, "parked": 1}


def test_of_two_in_one_go_the_furthest_is_all_that_is_written(container: Container) -> None:
    told(container, "failed", error="30003")
    told(container, "delivered")
    tracker(container).work()
    assert container.row(ONE.id).delivery == "delivered"
    with container.store.read() as unit:
        rows = unit.outbox.of_conversation(samples.conversation().id)
    assert [row.effect.key for row in rows] == [ONE.key]
