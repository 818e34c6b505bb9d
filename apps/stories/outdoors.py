"""A stage of real processes: the demo's queue, sandbox, web and workers, with a clock that all of them read."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from apps.bootstrap import Container
from apps.bootstrap.clock import AHEAD
from apps.demo.launch import demo
from apps.demo.outside import NotSeenError, Outside
from apps.stories.company import Company
from apps.stories.environment import HURRY, StoryEnvironment
from apps.stories.stage import StoryClock, by_the_hour, timekeeper
from core.execute.sweep import sweep

PATIENCE = 90.0  # seconds for everything that one step sets going, in processes that share a busy machine
STILL = 1.5  # seconds without any change, after which nothing is on its way between the processes any more
LOOK = 0.15
UNDER_WAY = ("pending", "claimed", "sending", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdoors:
    """`patience` is that of a step that looks for something."""

    outside: Outside
    container: Container
    clock: StoryClock
    patience: float = 30.0

    def now(self) -> datetime:
        return self.clock.now()

    def later(self, span: timedelta) -> None:
        by_the_hour(self.clock, span, self._due)
        self.settle()

    def settle(self) -> None:
        """Raises NotSeenError when it does not come to an end."""
        until = time.monotonic() + PATIENCE
        before, since = self._state(), time.monotonic()
        while time.monotonic() < until:
            time.sleep(LOOK)
            now = self._state()
            if now != before or self._under_way():
                before, since = now, time.monotonic()
            elif time.monotonic() - since >= STILL:
                return
        raise NotSeenError(f"the workers were not done after {PATIENCE:.0f} s")

    def _due(self) -> None:
        if sweep(self.container.store, self.container.publisher, self.now(), timekeeper(self.container)):
            self.settle()

    def _state(self) -> tuple[object, ...]:
        """Anything that happens changes one of these."""
        with self.container.store.read() as unit:
            counts = (dict(unit.events.counts()), dict(unit.outbox.counts()))
        deliveries = self.outside.people("GET", "deliveries")["deliveries"]
        return (*counts, len(deliveries), [row.get("status") for row in deliveries[-5:]])

    def _under_way(self) -> bool:
        with self.container.store.read() as unit:
            counts = (unit.events.counts(), unit.outbox.counts())
        return any(each.get(state) for each in counts for state in UNDER_WAY)


@contextmanager
def outdoors(folder: Path, company: Company, begins: datetime | None = None) -> Iterator[Outdoors]:
    """A fresh demo of this company; about a minute to start.

    Raises ConfigurationError when a process does not come up, or another demo runs in this folder."""
    clock = StoryClock(folder / "ahead", lambda: datetime.now(UTC))
    if begins is not None:
        clock.forward(max(begins - clock.now(), timedelta(0)))
    AHEAD.follow(clock.file)
    kind = partial(StoryEnvironment, company=company, clock=clock.file.resolve())
    try:
        with demo(folder, sandbox_more=HURRY, kind=kind) as running:
            outside = Outside(environment=running.environment)
            yield Outdoors(outside=outside, container=running.container, clock=clock)
    finally:
        AHEAD.follow(None)
