"""Periodic tasks without a process of their own.

Celery's beat is one more process, and when it is killed nothing notices: no sweep would come again. The worker's main
process has a timer anyway; while it lives, so does the sweep. Several workers send several sweeps, which is harmless:
a sweep publishes only what no publish is carrying.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

from celery import Celery, bootsteps
from kombu.exceptions import OperationalError

from connectors.queue.app import QUEUE_OF

BEAT_EVERY = timedelta(seconds=2)


def run_on_schedule(
    celery: Celery, timetable: Mapping[str, timedelta], beat: Callable[[], None], *, at_once: Collection[str] = ()
) -> None:
    """Let each worker of this app send each task at its interval, beginning one interval after its start, those named
    in `at_once` at its start too; and call `beat` every other second while it is connected to the broker and does its
    work."""

    class Schedule(bootsteps.StartStopStep):  # type: ignore[misc]
        requires = ("celery.worker.components:Timer",)

        def __init__(self, worker: Any, **_: Any) -> None:
            self._entries: list[Any] = []

        def start(self, worker: Any) -> None:
            for task in at_once:
                _send(celery, task, timetable[task])
            self._entries = [
                worker.timer.call_repeatedly(every.total_seconds(), _send, (celery, task, every))
                for task, every in timetable.items()
            ]
            self._entries.append(worker.timer.call_repeatedly(BEAT_EVERY.total_seconds(), beat))

        def stop(self, worker: Any) -> None:
            for entry in self._entries:
                entry.cancel()

    celery.steps["worker"].add(Schedule)


def _send(celery: Celery, task: str, every: timedelta) -> None:
    try:
        celery.send_task(task, queue=QUEUE_OF[task], expires=every.total_seconds(), ignore_result=True)
    except OperationalError:
        return  # the broker is away; the next time tries again
