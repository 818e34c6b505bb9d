"""An endpoint that failed several times in a row is left alone for a while: nobody waits for what will not come.

The libraries for it were looked at: pybreaker makes one request at a time through its lock, circuitbreaker has no types
and a register for the whole process.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any

from core.errors import CircuitOpenError, HandrailError, TransientError
from core.ports import LanguageModel

FAILURES = 3  # in a row, after which it is left alone
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(slots=True, kw_only=True)
class Breaker:
    """The circuit breaker of one endpoint in one process, safe for several threads. `clock` counts seconds.

    After `FAILURES` requests in a row that it did not answer (TransientError: away, too slow, too many requests) each
    further one raises CircuitOpenError at once, for `FIRST_PAUSE`. Then a single request tries it: an answer ends the
    pause, another failure makes the next one twice as long."""

    name: str
    clock: Callable[[], float] = time.monotonic
    _failed: int = field(default=0, init=False)
    _until: float = field(default=float("-inf"), init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Around one request."""
        self._enter()
        try:
            yield
        except TransientError:
            self._fail()
            raise
        except HandrailError:
            self._recover()  # it answers, if only to refuse
            raise
        self._recover()

    def _enter(self) -> None:
        with self._lock:
            if self.clock() < self._until:
                raise CircuitOpenError(f"{self.name} failed {self._failed} times in a row and is left alone for now")
            if self._failed >= FAILURES:
                # One request tries it; the others go on as if it were away until that one has ended.
                self._until = self.clock() + FIRST_PAUSE.total_seconds()

    def _fail(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= FAILURES:
                pause = min(FIRST_PAUSE * 2 ** (self._failed - FAILURES), LONGEST_PAUSE)
                self._until = self.clock() + pause.total_seconds()

    def _recover(self) -> None:
        with self._lock:
            self._failed, self._until = 0, float("-inf")


@dataclass(frozen=True, slots=True)
class BreakerModel:
    """A model that is not asked while it is away."""

    model: LanguageModel
    breaker: Breaker

    @property
    def name(self) -> str:
        return self.model.name

    def count_tokens(self, text: str) -> int:
        return self.model.count_tokens(text)

    def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> str:
        with self.breaker.watch():
            return self.model.complete(system=system, user=user, schema=schema, max_tokens=max_tokens, within=within)

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        with self.breaker.watch():
            yield from self.model.stream(system=system, user=user, schema=schema, max_tokens=max_tokens, within=within)
