"""A clock that jumps by an hour, and a DNS that is gone: nobody's work is taken from them, nothing waits an hour, and
what could not be sent is known not to have left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests

from apps.bootstrap.clock import Steadiness
from apps.slack.cards.renderer import SlackCards
from connectors.faults import EXCEPTIONS, lost_answer
from connectors.resolving import unresolved
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore, Waits
from core.errors import TransientError, UnknownOutcome
from core.model.ids import EffectId, EventId
from core.model.outbound import EffectState
from tests.connectors.sql.samples import NOW, effect, event

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@dataclass
class Machine:
    """Its clock on the wall, and the one that only counts."""

    wall: datetime = NOW
    counted: float = 1000.0

    def passes(self, span: timedelta, jump: timedelta = timedelta(0)) -> None:
        self.wall += span + jump
        self.counted += span.total_seconds()


@dataclass
class Worker:
    """A process, and how it sees the clock."""

    machine: Machine
    store: SqlStore

    def claim_event(self, name: EventId) -> bool:
        with self.store.begin() as unit:
            return unit.events.claim(name, self.machine.wall) is not None

    def claim_effect(self, name: EffectId) -> EffectState | None:
        with self.store.begin() as unit:
            row = unit.outbox.claim(name, self.machine.wall)
        return None if row is None else row.state

    def due(self) -> list[str]:
        with self.store.begin() as unit:
            now = self.machine.wall
            return [*unit.events.due(now, 10), *unit.outbox.due(now, 10)]


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    url, machine = f"sqlite:///{tmp_path / 'store.db'}", Machine()
    upgrade(url)
    steadiness = Steadiness(lambda: machine.wall, lambda: machine.counted)
    steadiness.look()
    store = SqlStore(url, waits=Waits(steady=steadiness.steady), cards=SlackCards())
    with store.begin() as unit:
        unit.events.add(event())
        unit.outbox.add(effect())
    yield Worker(machine, store)
    store.close()


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
def test_what_somebody_is_at_when_the_clock_jumps_is_not_taken_from_them(worker: Worker, jump: timedelta) -> None:
    """An hour later by the clock a claim seems to have lapsed long ago: it would be sent a second time."""
    assert worker.claim_event(event().id)
    assert worker.claim_effect(effect().id) is EffectState.SENDING
    worker.machine.passes(SECOND, jump)
    assert not worker.claim_event(event().id)
    assert worker.claim_effect(effect().id) is None
    assert worker.due() == []


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
def test_who_died_before_the_clock_jumped_is_followed_after_a_minute(worker: Worker, jump: timedelta) -> None:
    assert worker.claim_event(event().id)
    assert worker.claim_effect(effect().id) is EffectState.SENDING
    worker.machine.passes(SECOND, jump)
    assert not worker.claim_event(event().id)  # somebody looks at the clock every three seconds
    worker.machine.passes(61 * SECOND)
    assert worker.due() == [event().id, effect().id]
    assert worker.claim_event(event().id)
    assert worker.claim_effect(effect().id) is EffectState.UNKNOWN


def test_what_was_to_be_tried_again_does_not_wait_for_the_hour_to_come_back(worker: Worker) -> None:
    worker.claim_event(event().id)
    worker.claim_effect(effect().id)
    now = worker.machine.wall
    with worker.store.begin() as unit:
        unit.events.release(event().id, now, "busy", retry_at=now + 2 * SECOND)
        unit.outbox.mark(effect().id, EffectState.PENDING, now, error="busy", retry_at=now + 2 * SECOND)
    worker.machine.passes(SECOND, -HOUR)
    worker.due()
    worker.machine.passes(61 * SECOND)
    assert worker.claim_event(event().id)
    assert worker.claim_effect(effect().id) is EffectState.SENDING


def test_what_was_published_in_an_hour_that_has_not_come_is_published_again(worker: Worker) -> None:
    """Its hint was lost; the sweep would count it as just published."""
    worker.machine.passes(SECOND, -HOUR)
    worker.machine.passes(61 * SECOND)
    assert worker.due() == [event().id, effect().id]


def test_a_clock_that_goes_as_it_should_is_steady() -> None:
    machine = Machine()
    steadiness = Steadiness(lambda: machine.wall, lambda: machine.counted)
    for _ in range(100):
        machine.passes(20 * SECOND, SECOND)
        assert steadiness.steady()
        assert steadiness.jumped() == ""


@pytest.mark.parametrize(("jump", "said"), [(HOUR, "forward by 60 minutes"), (-HOUR, "back by 60 minutes")])
def test_a_jump_is_told_for_an_hour(jump: timedelta, said: str) -> None:
    machine = Machine()
    steadiness = Steadiness(lambda: machine.wall, lambda: machine.counted)
    steadiness.look()
    machine.passes(SECOND, jump)
    assert steadiness.jumped() == f"the clock jumped {said}"
    machine.passes(30 * MINUTE)
    assert steadiness.jumped()
    machine.passes(31 * MINUTE)
    assert steadiness.jumped() == ""


def test_a_name_that_is_not_found_is_told_in_time() -> None:
    urls = ["https://nobody.invalid/api", "http://127.0.0.1:1/", "https://nobody.invalid/other"]
    assert unresolved(urls, 5.0) == ["nobody.invalid"]
    assert unresolved(["https://nobody.invalid"], 0.0) == ["nobody.invalid"]  # no answer in time is none


def test_what_goes_through_a_proxy_is_found_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:3128")
    monkeypatch.setenv("no_proxy", "")
    assert unresolved(["https://nobody.invalid"], 5.0) == []


def test_what_is_sent_to_a_host_that_is_not_found_has_not_left() -> None:
    """So it is simply sent again: nobody has to ask the vendor, or a person, whether it arrived."""
    with pytest.raises(requests.ConnectionError) as raised:
        requests.post("https://nobody.invalid/messages", timeout=5)
    error = lost_answer(raised.value, "Twilio", "send", EXCEPTIONS, write=True)
    assert isinstance(error, TransientError)
    assert not isinstance(error, UnknownOutcome)
