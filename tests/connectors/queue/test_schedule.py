import threading
import time
from datetime import timedelta

import pytest
from celery import Celery

from connectors.queue.app import SWEEP
from connectors.queue.schedule import run_on_schedule


# Celery warns where the tests run as root, as they do in a container.
@pytest.mark.filterwarnings("ignore:You.re running the worker")
def test_a_worker_sends_its_periodic_task_again_and_again(celery: Celery) -> None:
    swept: list[float] = []
    enough = threading.Event()

    @celery.task(name=SWEEP)  # type: ignore[untyped-decorator, unused-ignore]
    def sweep() -> None:
        swept.append(time.monotonic())
        if len(swept) >= 3:
            enough.set()

    run_on_schedule(celery, {SWEEP: timedelta(seconds=0.3)})
    worker = celery.Worker(pool="solo", queues="sweep", loglevel="ERROR", without_gossip=True, without_mingle=True)
    thread = threading.Thread(target=worker.start, daemon=True)
    thread.start()
    try:
        assert enough.wait(15)
    finally:
        worker.stop()
        thread.join(5)
    assert swept == sorted(swept)
