"""A clock that stands until it is moved."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """Call it for the time; `core.ports.Now`."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, step: timedelta) -> None:
        self.moment += step
