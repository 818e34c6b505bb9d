"""Where the stand-ins read the time."""

from datetime import UTC, datetime, timedelta
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
