import threading
import time
from datetime import timedelta

import pytest
from celery import Celery

from connectors.queue.app import RECONCILE, SWEEP
from connectors.queue.schedule import run_on_schedule


# Celery warns where the tests run as root, as they do in a container.
@pytest.mark.filterwarnings("ignore:You.re running the worker")
def test_a_worker_sends_its_periodic_task_again_and_again(celery: Celery) -> None:
    swept: list[float] = []
    enough, beaten = threading.Event(), threading.Event()

    @celery.task(name=SWEEP)  # type: ignore[untyped-decorator, unused-ignore]
    def sweep() -> None:
        swept.append(time.monotonic())
        if len(swept) >= 3:
            enough.set()

    run_on_schedule(celery, {SWEEP: timedelta(seconds=0.3)}, beaten.set)
    worker = celery.Worker(pool="solo", queues="sweep", loglevel="ERROR", without_gossip=True, without_mingle=True)
    thread = threading.Thread(target=worker.start, daemon=True)
    thread.start()
    try:
        assert enough.wait(15)
        assert beaten.wait(5)
    finally:
        worker.stop()
        thread.join(5)
    assert swept == sorted(swept)


@pytest.mark.filterwarnings("ignore:You.re running the worker")
def test_what_cannot_wait_is_sent_at_the_workers_start_too(celery: Celery) -> None:
    begun = threading.Event()

    @celery.task(name=RECONCILE)  # type: ignore[untyped-decorator, unused-ignore]
    def reconcile() -> None:
        begun.set()

    run_on_schedule(celery, {RECONCILE: timedelta(hours=1)}, lambda: None, at_once=[RECONCILE])
    worker = celery.Worker(pool="solo", queues="reconcile", loglevel="ERROR", without_gossip=True, without_mingle=True)
    thread = threading.Thread(target=worker.start, daemon=True)
    thread.start()
    try:
        assert begun.wait(15)
    finally:
        worker.stop()
        thread.join(5)
