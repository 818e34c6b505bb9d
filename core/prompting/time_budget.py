"""How long a model is waited for and how often it is asked, in one budget of time."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from core.errors import CircuitOpenError, TransientError

TRIES = 3
FIRST_WAIT = timedelta(milliseconds=500)
TOO_LATE = timedelta(seconds=1)  # in less time no model writes a reply


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBudget:
    """`total` is the time for a whole draft, every try and every wait included. `clock` counts seconds."""

    total: timedelta = timedelta(seconds=25)
    tries: int = TRIES
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def begin(self) -> "Waiting":
        """Start the clock."""
        return Waiting(patience=self, until=self.clock() + self.total.total_seconds())


@dataclass(slots=True, kw_only=True)
class Waiting:
    """One draft's time as it runs out."""

    patience: TimeBudget
    until: float
    asked: int = field(default=0)

    @property
    def left(self) -> timedelta:
        """Never negative."""
        return timedelta(seconds=max(0.0, self.until - self.patience.clock()))

    @property
    def over(self) -> bool:
        return self.left < TOO_LATE

    def again(self, error: TransientError) -> None:
        """Wait as the endpoint wishes, or twice as long each time; raise the error where no try or time is left."""
        self.asked += 1
        wait = error.retry_after or FIRST_WAIT * 2 ** (self.asked - 1)
        no_use = isinstance(error, CircuitOpenError) or self.asked >= self.patience.tries
        if no_use or self.left - wait < TOO_LATE:
            raise error
        self.patience.sleep(wait.total_seconds())
