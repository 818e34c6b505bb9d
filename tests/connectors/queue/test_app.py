from collections.abc import Iterator

import pytest
import redis
from celery import Celery
from celery.signals import worker_init, worker_shutting_down
from kombu.transport.redis import Channel

from connectors.queue import embedded
from connectors.queue.app import (
    ADVANCE,
    DELIVER,
    EVENTS,
    EXPIRES,
    HANDLE_EVENT,
    HARD_LIMIT,
    IMPROVE,
    OUTREACH,
    OUTREACH_QUEUES,
    QUEUE_OF,
    QUEUES,
    RECONCILE,
    SWEEP,
    SYNC_ARTICLES,
    TRACK,
    VISIBILITY_TIMEOUT,
    WATCH,
    make_celery,
    reachable,
)
from connectors.queue.publish import LONGEST_COUNTDOWN


def test_a_task_is_given_back_when_its_worker_dies(celery: Celery) -> None:
    assert celery.conf.task_acks_late
    assert celery.conf.task_reject_on_worker_lost
    assert celery.conf.worker_prefetch_multiplier == 1


def test_a_worker_that_still_reads_its_models_is_waited_for(celery: Celery) -> None:
    assert celery.conf.worker_proc_alive_timeout >= 60


def test_nothing_but_json_is_read(celery: Celery) -> None:
    assert celery.conf.accept_content == ["json"]
    assert celery.conf.task_serializer == "json"


def test_no_result_is_kept(celery: Celery) -> None:
    assert celery.conf.task_ignore_result
    assert celery.conf.result_backend is None


def test_every_task_has_a_queue_of_its_own() -> None:
    assert set(QUEUE_OF) == {HANDLE_EVENT, DELIVER, SWEEP, SYNC_ARTICLES, ADVANCE, TRACK, WATCH, RECONCILE, IMPROVE}
    assert len(set(QUEUE_OF.values())) == 9


def test_every_queue_has_a_worker_and_campaigns_have_one_of_their_own() -> None:
    assert {*QUEUES, *OUTREACH_QUEUES} == set(QUEUE_OF.values())
    assert OUTREACH in OUTREACH_QUEUES
    assert OUTREACH not in QUEUES


def test_a_registered_task_expires_and_is_stopped_before_its_lease_lapses(celery: Celery) -> None:
    @celery.task(name=HANDLE_EVENT)  # type: ignore[untyped-decorator]
    def handle_event(event_id: str) -> None: ...

    celery.finalize()
    task = celery.tasks[HANDLE_EVENT]
    assert task.expires == EXPIRES.total_seconds()
    assert task.time_limit == HARD_LIMIT.total_seconds() < 60


def test_a_waiting_task_is_not_taken_for_a_lost_one() -> None:
    assert VISIBILITY_TIMEOUT > LONGEST_COUNTDOWN + HARD_LIMIT


def test_a_broker_that_answers_is_reachable(celery: Celery) -> None:
    assert reachable(celery)


def test_a_broker_that_is_away_is_not(server: embedded.EmbeddedQueue) -> None:
    assert not reachable(make_celery(server.url + ".gone"))
    assert not reachable(make_celery("redis://127.0.0.1:1/0"))


@pytest.fixture
def as_before() -> Iterator[None]:
    yield
    Channel.do_restore = True


def left_in_the_queue(celery: Celery, broker: redis.Redis) -> int:
    """What is there after a worker took a hint and closed its connection without an end to the work."""
    connection = celery.connection_for_read()
    hints = connection.SimpleQueue(EVENTS)
    hints.put({"row": "ev_1"})
    hints.get(timeout=5)
    connection.close()
    return int(broker.llen(EVENTS))


def test_a_worker_that_loses_its_broker_gives_nothing_back_over_the_lost_connection(
    celery: Celery, broker: redis.Redis, as_before: None
) -> None:
    worker_init.send(sender=None)
    assert left_in_the_queue(celery, broker) == 0


def test_a_worker_that_is_told_to_end_gives_back_what_it_has_not_begun(
    celery: Celery, broker: redis.Redis, as_before: None
) -> None:
    worker_init.send(sender=None)
    worker_shutting_down.send(sender=None, sig="TERM", how="Warm", exitcode=0)
    assert left_in_the_queue(celery, broker) == 1


@pytest.mark.parametrize("deed", ["ack", "reject_back"])
def test_a_task_that_ends_while_the_broker_is_away_ends_no_worker(celery: Celery, deed: str) -> None:
    connection = celery.connection_for_read()
    hints = connection.SimpleQueue(EVENTS)
    hints.put({"row": "ev_1"})
    held = hints.get(timeout=5)
    connection.close()
    if deed == "ack":
        held.ack()
    else:
        held.requeue()
