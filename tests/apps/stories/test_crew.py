from collections.abc import Iterator
from datetime import timedelta

import pytest

from apps.stories.crew import Crew, FaultError
from core.model.ids import EffectId, EventId
from tests.clock import Clock


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def crew(clock: Clock, done: list[str]) -> Iterator[Crew]:
    made = Crew(clock)
    made.begin(done.append, done.append)
    yield made
    made.close()


def test_what_is_due_is_done_in_the_order_in_which_it_came(crew: Crew, done: list[str]) -> None:
    crew.event(EventId("first"))
    crew.effect(EffectId("second"))
    crew.event(EventId("third"))
    assert crew.idle(5)
    assert done == ["first", "second", "third"]


def test_what_is_for_later_waits_for_the_storys_clock(crew: Crew, clock: Clock, done: list[str]) -> None:
    crew.effect(EffectId("later"), at=clock.moment + timedelta(hours=1))
    crew.effect(EffectId("sooner"), at=clock.moment + timedelta(minutes=1))
    assert crew.idle(5)
    assert done == []
    assert crew.next_at() == clock.moment + timedelta(minutes=1)
    clock.forward(timedelta(days=2))
    crew.wake()
    assert crew.idle(5)
    assert done == ["sooner", "later"]


def test_a_task_that_fails_is_told_to_whoever_waits(clock: Clock) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("no such table")

    crew = Crew(clock)
    crew.begin(broken, broken)
    try:
        crew.event(EventId("one"))
        with pytest.raises(FaultError, match="no such table"):
            crew.idle(5)
    finally:
        crew.close()
