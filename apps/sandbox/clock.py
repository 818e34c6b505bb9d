"""Time in the sandbox: its clock, and a timetable of jobs for later."""

import heapq
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path


class Clock:
    """The machine's clock; a test hands in its own."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class StoryClock(Clock):
    """Ahead of the machine's by the seconds in a file: a story goes on two days later without waiting for them."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """The present moment of the story."""
        return super().now() + timedelta(seconds=float(self._file.read_text(encoding="ascii") or 0))


# Jobs that run later, on threads of their own.

log = logging.getLogger(__name__)

Job = Callable[[], None]


class Timetable:
    """Runs each job once, at or soon after its moment.

    Jobs of the same moment start in the order they were booked. A job that raises is logged
    and forgotten.
    """

    def __init__(self, name: str, threads: int = 1) -> None:
        self._due: list[tuple[float, int, Job]] = []
        self._numbers = count()
        self._running = 0
        self._changed = threading.Condition()
        self._closed = False
        for number in range(threads):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    def after(self, seconds: float, job: Job) -> None:
        """Book `job` to run `seconds` from now."""
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._numbers), job))
            self._changed.notify()

    def drain(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds until nothing is booked or running; say whether so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._due and not self._running, timeout)

    def close(self) -> None:
        """Let the threads end after the job they are in; what is booked is dropped."""
        with self._changed:
            self._closed = True
            self._due.clear()
            self._changed.notify_all()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                job()
            except Exception:  # A fault in one job must not end the thread that the others need.
                log.exception("a job of the timetable failed")
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _next(self) -> Job | None:
        with self._changed:
            while not self._closed:
                if self._due and self._due[0][0] <= time.monotonic():
                    self._running += 1
                    return heapq.heappop(self._due)[2]
                wait = self._due[0][0] - time.monotonic() if self._due else None
                self._changed.wait(wait)
            return None
