"""The stage in one process and the thread of its workers."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from apps.demo.outside import NotSeenError
from apps.stories.in_process import FaultError, ProcessStage, RequestCount, WorkerThread
from apps.stories.stage import StoryClock
from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.model.event import EventKind
from core.model.ids import EffectId, EventId
from core.policy import Policy
from tests.clock import Clock
from tests.core import samples
from tests.core.people import NOW
from tests.core.rules import policy

NEVER = timedelta(days=1)


class Still:
    """Vendors at whom nothing is under way."""

    def __init__(self) -> None:
        self.calls: dict[str, object] = {}

    @property
    def exchange(self) -> "Still":
        return self

    def drain(self, _: float) -> bool:
        return True


@dataclass(slots=True)
class World:
    courier: Still = field(default_factory=Still)
    twilio: Still = field(default_factory=Still)
    messaging: Still = field(default_factory=Still)


@dataclass(slots=True)
class Workers:
    """Those of a container whose tasks do nothing but finish what they were told of, or put it off."""

    store: SqlStore
    clock: StoryClock
    again: timedelta = NEVER  # every event comes again after this time
    policy: Policy = field(default_factory=policy)
    style: StyleCard = field(default_factory=StyleCard)
    receipts: None = None
    done: list[str] = field(default_factory=list)
    worker: WorkerThread = field(init=False)

    def __post_init__(self) -> None:
        self.worker = WorkerThread(self.clock.now)
        self.worker.begin(self.handle, self.done.append)

    def actions_under(self, policy: Policy) -> None:
        """No system of the company's."""

    def handle(self, name: EventId) -> None:
        self.done.append(name)
        if self.again < NEVER:
            self.worker.event(name, at=self.clock.now() + self.again)
            return
        with self.store.begin() as unit:
            unit.events.claim(name, self.clock.now())
            unit.events.finish(name, self.clock.now(), "done")


@pytest.fixture
def workers(store: SqlStore, tmp_path: Path) -> Iterator[Workers]:
    made = Workers(store, StoryClock(tmp_path / "ahead", lambda: NOW))
    yield made
    made.worker.close()


def stage(workers: Workers) -> ProcessStage:
    nothing: Any = None
    container: Any = workers
    world: Any = World()
    web = RequestCount(lambda _environ, _start: ())
    return ProcessStage(outside=nothing, container=container, world=world, clock=workers.clock, web=web)


def kept(workers: Workers, not_before: datetime | None = None) -> tuple[EventId, EffectId]:
    """An event and an effect in the store, of which nobody has told the workers."""
    event = samples.event(EventKind.ARTICLE_CHANGED, "article-1")
    effect = samples.effect(not_before=not_before)
    with workers.store.begin() as unit:
        unit.events.add(event)
        unit.outbox.add(effect)
    return event.id, effect.id


def test_what_the_workers_are_told_of_is_done_when_the_stage_has_settled(workers: Workers) -> None:
    event, _ = kept(workers, NOW + 2 * NEVER)
    workers.worker.event(event)
    stage(workers).settle()
    assert workers.done == [event]


def test_an_event_or_effect_that_nobody_told_the_workers_of_is_a_fault_and_not_left_to_the_sweep(
    workers: Workers,
) -> None:
    event, effect = kept(workers)
    played = stage(workers)
    played.settle()  # a hint of this very moment may still come
    with pytest.raises(FaultError, match=f"event {event}, effect {effect}"):
        played.later(timedelta(hours=1))


def test_what_waits_for_its_hour_is_found_by_the_sweep_then_and_is_no_fault(workers: Workers) -> None:
    event, effect = kept(workers, NOW + timedelta(hours=3))
    workers.worker.event(event)
    played = stage(workers)
    played.later(timedelta(hours=2))
    assert workers.done == [event]
    played.later(timedelta(hours=2))
    assert workers.done.count(effect) >= 1


def test_a_request_that_its_vendor_gave_up_waiting_for_is_waited_for(workers: Workers) -> None:
    event, _ = kept(workers, NOW + NEVER)
    asked, may_go_on = threading.Event(), threading.Event()

    def slow(_environ: object, _start: object) -> tuple[()]:
        asked.set()
        may_go_on.wait(10)
        workers.worker.event(event)
        return ()

    played = stage(workers)
    played.web.app = slow
    threading.Thread(target=played.web, args=({}, None)).start()
    assert asked.wait(10)
    threading.Timer(0.2, may_go_on.set).start()
    played.settle()
    assert workers.done == [event]


def test_what_never_comes_to_an_end_is_told(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.stories.in_process.PATIENCE", 0.5)
    workers.again = timedelta(seconds=1)
    event, _ = kept(workers, NOW + NEVER)
    workers.worker.event(event)
    with pytest.raises(NotSeenError, match="not done"):
        stage(workers).settle()


#


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def worker(clock: Clock, done: list[str]) -> Iterator[WorkerThread]:
    made = WorkerThread(clock)
    made.begin(done.append, done.append)
    yield made
    made.close()


def test_what_is_due_is_done_in_the_order_in_which_it_came(worker: WorkerThread, done: list[str]) -> None:
    worker.event(EventId("first"))
    worker.effect(EffectId("second"))
    worker.event(EventId("third"))
    assert worker.idle(5)
    assert done == ["first", "second", "third"]


def test_what_is_for_later_waits_for_the_storys_clock(worker: WorkerThread, clock: Clock, done: list[str]) -> None:
    worker.effect(EffectId("later"), at=clock.moment + timedelta(hours=1))
    worker.effect(EffectId("sooner"), at=clock.moment + timedelta(minutes=1))
    assert worker.idle(5)
    assert done == []
    assert worker.next_at() == clock.moment + timedelta(minutes=1)
    clock.forward(timedelta(days=2))
    worker.wake()
    assert worker.idle(5)
    assert done == ["sooner", "later"]


def test_a_task_that_fails_is_told_to_whoever_waits(clock: Clock) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("no such table")

    worker = WorkerThread(clock)
    worker.begin(broken, broken)
    try:
        worker.event(EventId("one"))
        with pytest.raises(FaultError, match="no such table"):
            worker.idle(5)
    finally:
        worker.close()
