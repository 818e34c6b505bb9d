"""The workers of a stage that is one process: hints are kept in memory and worked off by a thread."""

import heapq
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from core.model.ids import EffectId, EventId

log = logging.getLogger(__name__)
Task = Callable[[], object]


class FaultError(Exception):
    """A task of the workers raised what none of its callers expects: no story may go on, whatever it expects."""


@dataclass(order=True, slots=True)
class Hint:
    """One task and when it is due; of one moment, in the order in which they came."""

    at: datetime
    number: int
    task: Task = field(compare=False)


class Crew:
    """`core.ports.Publisher`, and the thread that does what it is told.

    A task that raises is kept in `faults`: the stage tells it instead of waiting for what will never come."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._handle: Callable[[EventId], object] = lambda _: None
        self._deliver: Callable[[EffectId], object] = lambda _: None
        self._track: Callable[[], object] = lambda: None
        self._advance: Callable[[], object] = lambda: None
        self._hints: list[Hint] = []
        self._numbers = count()
        self._busy = False
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="crew", daemon=True)
        self.faults: list[BaseException] = []
        self.told: set[str] = set()  # every id that ever came, by whatever way

    def begin(
        self,
        handle: Callable[[EventId], object],
        deliver: Callable[[EffectId], object],
        track: Callable[[], object] = lambda: None,
        advance: Callable[[], object] = lambda: None,
    ) -> None:
        """`track` works off status callbacks, `advance` carries the campaigns on."""
        self._handle, self._deliver, self._track, self._advance = handle, deliver, track, advance
        self._thread.start()

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None:
        self._put(at, event_id, lambda: self._handle(event_id))

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None:
        self._put(at, effect_id, lambda: self._deliver(effect_id))

    def statuses(self) -> None:
        self._put(None, "statuses", self._track)

    def campaigns(self) -> None:
        self._put(None, "campaigns", self._advance)

    def idle(self, timeout: float) -> bool:
        """Wait until nothing that is due is left to do; False if that took longer than `timeout` seconds.

        Raises FaultError when a task has failed."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            with self._changed:
                if self.faults:
                    raise FaultError(f"a task failed: {self.faults[0]!r}") from self.faults[0]
                if not self._busy and not self._due():
                    return True
            time.sleep(0.005)
        return False

    def next_at(self) -> datetime | None:
        """When the next thing is due that is not due yet."""
        with self._changed:
            return self._hints[0].at if self._hints else None

    def wake(self) -> None:
        """The clock was moved: look again at what is due."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _put(self, at: datetime | None, name: str, task: Task) -> None:
        with self._changed:
            self.told.add(name)
            heapq.heappush(self._hints, Hint(at or self._now(), next(self._numbers), task))
            self._changed.notify_all()

    def _due(self) -> bool:
        return bool(self._hints) and self._hints[0].at <= self._now()

    def _work(self) -> None:
        while (task := self._next()) is not None:
            try:
                task()
            except Exception as error:  # whatever it is, the story tells it: a thread's own end would be seen by nobody
                log.exception("a task failed")
                self.faults.append(error)
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _next(self) -> Task | None:
        with self._changed:
            while not self._closed:
                if self._due():
                    self._busy = True
                    return heapq.heappop(self._hints).task
                # A hint for later comes due by the story's clock, which runs even where nobody moves it.
                self._changed.wait(0.05 if self._hints else None)
            return None
