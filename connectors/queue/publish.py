"""Telling the workers, without making the teller wait."""

import logging
import os
import queue
import threading
import time
import weakref
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from celery import Celery
from kombu.exceptions import KombuError

from connectors.queue.app import ADVANCE, DELIVER, EXPIRES, HANDLE_EVENT, QUEUE_OF, TRACK
from core.model.ids import EffectId, EventId

log = logging.getLogger(__name__)

LONGEST_COUNTDOWN = timedelta(seconds=60)
_BATCH = 200
_PAUSE_AFTER_FAILURE_S = 0.5
# The next hints gather meanwhile: a batch of twenty costs the processor a sixth of twenty batches of one.
_PAUSE_AFTER_BATCH_S = 0.01
# Hints that name no row: one of them stands for all that would follow it in this time.
_GATHERED_S = 0.3

Hint = tuple[str, str, float]  # task, id, countdown in seconds


class CeleryPublisher:
    """`core.ports.Publisher`: hints go through a bounded queue to one background thread, which sends them in batches.

    A hint is dropped, and counted in `dropped`, when the queue is full or the broker does not answer: the sweeper
    finds the row in the store. Threads may share a publisher; a forked child starts its own thread."""

    def __init__(
        self,
        celery: Celery,
        *,
        capacity: int = 10_000,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._celery = celery
        self._capacity = capacity
        self._now = now
        self._start_afresh()
        forked = weakref.WeakMethod(self._start_afresh)
        os.register_at_fork(after_in_child=lambda: (start := forked()) and start())

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None:
        """With `at` more than LONGEST_COUNTDOWN away nothing is sent: the sweeper will find it due."""
        self._hint(HANDLE_EVENT, event_id, at)

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None:
        """As `event`."""
        self._hint(DELIVER, effect_id, at)

    def statuses(self) -> None:
        """A third of a second later, for all that come meanwhile."""
        self._gather(TRACK)

    def campaigns(self) -> None:
        """As `statuses`."""
        self._gather(ADVANCE)

    def _gather(self, task: str) -> None:
        if task in self._gathering:
            return
        self._gathering.add(task)
        timer = threading.Timer(_GATHERED_S, self._gathered, (task,))
        timer.daemon = True
        timer.start()

    def _gathered(self, task: str) -> None:
        # In this order: what comes between the two gathers anew, and is not lost.
        self._gathering.discard(task)
        self._put((task, "", 0.0))

    def _hint(self, task: str, row_id: str, at: datetime | None) -> None:
        wait = timedelta(0) if at is None else max(at - self._now(), timedelta(0))
        if wait <= LONGEST_COUNTDOWN:
            self._put((task, row_id, wait.total_seconds()))

    def flush(self, timeout: timedelta = timedelta(seconds=5)) -> bool:
        """Wait until every hint so far was sent or dropped; False if that took longer than the timeout."""
        end = time.monotonic() + timeout.total_seconds()
        while self._gathering or self._hints.unfinished_tasks:
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    def _put(self, hint: Hint) -> None:
        try:
            self._hints.put_nowait(hint)
        except queue.Full:
            self.dropped += 1
        if self._thread is None or not self._thread.is_alive():
            self._start_thread()

    def _start_afresh(self) -> None:
        self.dropped = 0
        self.sent = 0
        self._hints: queue.Queue[Hint] = queue.Queue(self._capacity)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._models: dict[str, Any] = {}
        self._gathering: set[str] = set()
        self._producer: Any = None

    def _start_thread(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        failures = self._failures()
        while True:
            batch = self._next_batch()
            try:
                self._send(batch)
                self.sent += len(batch)
                pause = _PAUSE_AFTER_BATCH_S
            except failures as error:
                self.dropped += len(batch)
                log.warning("the broker took no hint (%s); the sweeper repeats %d", type(error).__name__, len(batch))
                self._disconnect()
                pause = _PAUSE_AFTER_FAILURE_S
            finally:
                for _ in batch:
                    self._hints.task_done()
            time.sleep(pause)

    def _failures(self) -> tuple[type[Exception], ...]:
        """What the broker's client raises when the broker is away, refuses or breaks off."""
        with self._celery.connection_for_write() as connection:
            theirs = {*connection.connection_errors, *connection.channel_errors}
            # kombu counts KeyError among them; from this code it would be a bug of ours.
            return (KombuError, OSError, *(theirs - {KeyError}))

    def _next_batch(self) -> list[Hint]:
        batch = [self._hints.get()]
        while len(batch) < _BATCH:
            try:
                batch.append(self._hints.get_nowait())
            except queue.Empty:
                break
        return batch

    def _send(self, batch: list[Hint]) -> None:
        now = self._now()
        producer = self._producer = self._producer or self._connect()
        with producer.batch():
            for task, row_id, countdown in batch:
                eta = now + timedelta(seconds=countdown)
                headers, body = self._message(task, row_id, eta if countdown else None, eta + EXPIRES)
                producer.publish(
                    body,
                    exchange="",
                    routing_key=QUEUE_OF[task],
                    serializer="json",
                    headers=headers,
                    correlation_id=headers["id"],
                    retry=False,
                )

    def _connect(self) -> Any:
        # A connection of our own, because Celery's tries for as long as it takes; ours gives up and is asked again.
        connection = self._celery.connection_for_write(transport_options={"max_retries": 0})
        return self._celery.amqp.Producer(connection, auto_declare=False)

    def _disconnect(self) -> None:
        if self._producer is not None:
            self._producer.connection.release()
            self._producer = None

    def _message(
        self, task: str, row_id: str, eta: datetime | None, expires: datetime
    ) -> tuple[dict[str, Any], tuple[Any, ...]]:
        """What `Celery.send_task` would send, made from one message of each task: a third of the time."""
        if task not in self._models:
            self._models[task] = self._celery.amqp.create_task_message("", task, ("",), {}, ignore_result=True)
        model, hint_id, args = self._models[task], str(uuid4()), (row_id,) if row_id else ()
        headers = {
            **model.headers,
            "id": hint_id,
            "root_id": hint_id,
            "argsrepr": repr(args),
            "eta": None if eta is None else eta.isoformat(),
            "expires": expires.isoformat(),
        }
        return headers, (args, {}, model.body[2])
