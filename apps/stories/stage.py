"""What a story is played on: a running Handrail with its vendors, and a clock that can be moved."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from apps.bootstrap import Container
from apps.demo.outside import Outside
from core.execute.timers import Timekeeper


class Stage(Protocol):
    """`container` is there to be looked at after a step (owners, authorities, the chain of records), never to act."""

    @property
    def outside(self) -> Outside: ...
    @property
    def container(self) -> Container: ...
    @property
    def patience(self) -> float:
        """Seconds that something may take to be seen."""

    def now(self) -> datetime: ...
    def later(self, span: timedelta) -> None:
        """Move the clock forward, and let happen what is due by then."""

    def settle(self) -> None:
        """Come back once all that the last step set going is done."""


def by_the_hour(clock: "StoryClock", span: timedelta, each: Callable[[], object]) -> None:
    """Forward, an hour at most at a time: what is due on the way is done in its own hour, in its order."""
    end = clock.now() + span
    while (left := end - clock.now()) > timedelta(0):
        clock.forward(min(left, timedelta(hours=1)))
        each()


def timekeeper(container: Container) -> Timekeeper:
    """As the workers' own timetable has it, which is too slow for a story."""
    return Timekeeper(
        store=container.store, policy=container.policy, style=container.style, receipts=container.receipts
    )


class StoryClock:
    """The file that everybody on the stage reads the time from."""

    def __init__(self, file: Path, machine: Callable[[], datetime]) -> None:
        self.file = file
        self._machine = machine
        self._ahead = timedelta(0)
        self._write()

    def now(self) -> datetime:
        return self._machine() + self._ahead

    def forward(self, span: timedelta) -> None:
        """ValueError for a step back: nothing that has happened would be true any more."""
        if span < timedelta(0):
            raise ValueError("a story's clock does not go back")
        self._ahead += span
        self._write()

    def _write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(self._ahead.total_seconds()), encoding="ascii")
        fresh.replace(self.file)  # at once: nobody reads half a number
