import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery

from connectors.queue import embedded
from connectors.queue.app import (
    ADVANCE,
    DELIVER,
    EFFECTS,
    EVENTS,
    EXPIRES,
    HANDLE_EVENT,
    OUTREACH,
    STATUSES,
    TRACK,
    make_celery,
)
from connectors.queue.publish import LONGEST_COUNTDOWN, CeleryPublisher
from core.model.ids import EffectId, EventId

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def publisher(celery: Celery) -> CeleryPublisher:
    return CeleryPublisher(celery, now=lambda: NOW)


def queued(broker: redis.Redis, name: str) -> list[dict[str, Any]]:
    """The messages of a queue, oldest first."""
    found: Any = broker.lrange(name, 0, -1)
    return [json.loads(one) for one in reversed(found)]


def arguments(message: dict[str, Any]) -> Any:
    return json.loads(base64.b64decode(message["body"]))[0]


def test_an_event_becomes_a_hint_that_expires(publisher: CeleryPublisher, broker: redis.Redis) -> None:
    publisher.event(EventId("ev_1"))
    assert publisher.flush()
    (message,) = queued(broker, EVENTS)
    assert message["headers"]["task"] == HANDLE_EVENT
    assert arguments(message) == ["ev_1"]
    assert datetime.fromisoformat(message["headers"]["expires"]) == NOW + EXPIRES
    assert message["headers"]["eta"] is None


def test_hints_leave_in_the_order_they_came(publisher: CeleryPublisher, broker: redis.Redis) -> None:
    for number in range(500):
        publisher.event(EventId(f"ev_{number}"))
    assert publisher.flush()
    assert [arguments(one) for one in queued(broker, EVENTS)] == [[f"ev_{number}"] for number in range(500)]
    assert (publisher.sent, publisher.dropped) == (500, 0)


def test_every_hint_is_a_task_of_its_own(publisher: CeleryPublisher, broker: redis.Redis) -> None:
    for _ in range(3):
        publisher.event(EventId("ev_1"))
    publisher.flush()
    assert len({one["headers"]["id"] for one in queued(broker, EVENTS)}) == 3


def test_what_is_sent_is_what_celery_itself_would_send(
    publisher: CeleryPublisher, celery: Celery, broker: redis.Redis
) -> None:
    publisher.event(EventId("ev_1"))
    publisher.flush()
    celery.send_task(HANDLE_EVENT, args=("ev_1",), expires=600, ignore_result=True)
    ours, theirs = queued(broker, EVENTS)
    assert set(ours) == set(theirs)
    assert arguments(ours) == arguments(theirs)
    own = {"id", "root_id", "expires"}
    assert {k: v for k, v in ours["headers"].items() if k not in own} == {
        k: v for k, v in theirs["headers"].items() if k not in own
    }


@pytest.mark.parametrize(
    ("wait", "eta"),
    [(None, None), (-SECOND, None), (SECOND, NOW + SECOND), (LONGEST_COUNTDOWN, NOW + LONGEST_COUNTDOWN)],
)
def test_an_effect_waits_for_its_time_in_the_worker(
    publisher: CeleryPublisher, broker: redis.Redis, wait: timedelta | None, eta: datetime | None
) -> None:
    publisher.effect(EffectId("fx_1"), at=None if wait is None else NOW + wait)
    publisher.flush()
    (message,) = queued(broker, EFFECTS)
    assert (message["headers"]["task"], arguments(message)) == (DELIVER, ["fx_1"])
    assert message["headers"]["eta"] == (None if eta is None else eta.isoformat())
    assert datetime.fromisoformat(message["headers"]["expires"]) == (eta or NOW) + EXPIRES


def test_an_event_waits_for_its_time_in_the_worker_too(publisher: CeleryPublisher, broker: redis.Redis) -> None:
    publisher.event(EventId("ev_1"), at=NOW + SECOND)
    publisher.event(EventId("ev_2"), at=NOW + LONGEST_COUNTDOWN + SECOND)
    publisher.flush()
    (message,) = queued(broker, EVENTS)
    assert (message["headers"]["task"], arguments(message)) == (HANDLE_EVENT, ["ev_1"])
    assert message["headers"]["eta"] == (NOW + SECOND).isoformat()


def test_an_effect_far_away_is_left_to_the_sweeper(publisher: CeleryPublisher, broker: redis.Redis) -> None:
    publisher.effect(EffectId("fx_1"), at=NOW + LONGEST_COUNTDOWN + SECOND)
    publisher.flush()
    assert queued(broker, EFFECTS) == []


def test_a_broker_that_is_away_costs_the_teller_nothing(tmp_path: Path) -> None:
    publisher = CeleryPublisher(make_celery(f"redis+socket://{tmp_path}/nobody.sock"))
    started = time.monotonic()
    for number in range(100):
        publisher.event(EventId(f"ev_{number}"))
    assert time.monotonic() - started < 1
    assert publisher.flush()
    assert (publisher.sent, publisher.dropped) == (0, 100)


def test_publishing_goes_on_when_the_broker_comes_back(tmp_path: Path) -> None:
    first = embedded.start(tmp_path)
    publisher = CeleryPublisher(make_celery(first.url))
    publisher.event(EventId("ev_1"))
    assert publisher.flush()
    first.stop()
    publisher.event(EventId("ev_2"))
    assert publisher.flush()
    second = embedded.start(tmp_path)
    try:
        publisher.event(EventId("ev_3"))
        assert publisher.flush()
        client = redis.Redis(unix_socket_path=str(tmp_path / "queue.sock"))
        assert [arguments(one) for one in queued(client, EVENTS)] == [["ev_1"], ["ev_3"]]
        assert (publisher.sent, publisher.dropped) == (2, 1)
    finally:
        second.stop()


def test_a_full_queue_drops_and_counts(celery: Celery, broker: redis.Redis) -> None:
    publisher = CeleryPublisher(celery, capacity=5)
    broker.execute_command("CLIENT", "PAUSE", "600", "WRITE")
    for number in range(300):
        publisher.event(EventId(f"ev_{number}"))
    assert publisher.flush()
    assert publisher.dropped >= 290
    assert publisher.sent == 300 - publisher.dropped == len(queued(broker, EVENTS))


FORKING = """
import os, sys
from connectors.queue.app import make_celery
from connectors.queue.publish import CeleryPublisher
from core.model.ids import EventId

publisher = CeleryPublisher(make_celery(os.environ["BROKER"]))
publisher.event(EventId("ev_parent"))
assert publisher.flush()
child = os.fork()
if child == 0:
    publisher.event(EventId("ev_child"))
    os._exit(0 if publisher.flush() else 1)
_, status = os.waitpid(child, 0)
publisher.event(EventId("ev_parent_again"))
sys.exit(0 if publisher.flush() and status == 0 else 1)
"""


def test_a_forked_child_publishes_by_itself(server: embedded.EmbeddedQueue, broker: redis.Redis) -> None:
    # In a process of its own: this one has the threads of every test before, and forking it might wait for any of them.
    environment = {**os.environ, "BROKER": server.url}
    subprocess.run([sys.executable, "-c", FORKING], env=environment, check=True, timeout=60)
    assert [arguments(one) for one in queued(broker, EVENTS)] == [["ev_parent"], ["ev_child"], ["ev_parent_again"]]


WORKER = """
import os
from connectors.queue.app import DELIVER, HANDLE_EVENT, make_celery

celery = make_celery(os.environ["BROKER"])


def note(name, row_id):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(f"{name} {row_id}\\n")


@celery.task(name=HANDLE_EVENT)
def handle_event(event_id):
    note("event", event_id)


@celery.task(name=DELIVER)
def deliver(effect_id):
    note("effect", effect_id)
"""


@pytest.fixture
def worker(server: embedded.EmbeddedQueue, broker: redis.Redis, tmp_path: Path) -> Iterator[Path]:
    """A real worker process; gives the file in which its tasks write."""
    (tmp_path / "small_worker.py").write_text(WORKER)
    notes = tmp_path / "notes"
    root = Path(__file__).parents[3]
    environment = {
        **os.environ,
        "BROKER": server.url,
        "NOTES": str(notes),
        "PYTHONPATH": f"{tmp_path}:{root}",
    }
    options = ["-P", "solo", "-Q", f"{EVENTS},{EFFECTS}", "--without-gossip", "--without-mingle", "-l", "ERROR"]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "celery", "-A", "small_worker:celery", "worker", *options],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield notes
    process.terminate()
    process.wait(20)


def test_a_worker_does_what_it_is_told(worker: Path, celery: Celery) -> None:
    publisher = CeleryPublisher(celery)
    publisher.event(EventId("ev_1"))
    publisher.effect(EffectId("fx_1"))
    publisher.effect(EffectId("fx_2"), at=datetime.now(UTC) + SECOND)
    expected = ["effect fx_1", "effect fx_2", "event ev_1"]
    end = time.monotonic() + 30
    while time.monotonic() < end and not (worker.exists() and len(worker.read_text().splitlines()) == 3):
        time.sleep(0.05)
    assert sorted(worker.read_text().splitlines()) == expected


# ---------------------------------------------------------------- hints that name no row


def test_one_hint_stands_for_all_statuses_of_a_moment(publisher: CeleryPublisher, broker: redis.Redis) -> None:
    for _ in range(50):
        publisher.statuses()
    time.sleep(0.3)
    assert publisher.flush()
    (message,) = queued(broker, STATUSES)
    assert message["headers"]["task"] == TRACK
    assert arguments(message) == []


def test_what_comes_after_a_hint_has_left_is_hinted_again(publisher: CeleryPublisher, broker: redis.Redis) -> None:
    for _ in range(2):
        publisher.campaigns()
        # A moment longer than flush waits: between the gathering and the queue there is an instant.
        time.sleep(0.3)
        assert publisher.flush()
    assert [message["headers"]["task"] for message in queued(broker, OUTREACH)] == [ADVANCE, ADVANCE]


def test_statuses_and_campaigns_are_hinted_apart(publisher: CeleryPublisher, broker: redis.Redis) -> None:
    publisher.statuses()
    publisher.campaigns()
    time.sleep(0.3)
    assert publisher.flush()
    assert (len(queued(broker, STATUSES)), len(queued(broker, OUTREACH))) == (1, 1)
