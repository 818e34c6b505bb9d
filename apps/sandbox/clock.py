"""Where the stand-ins read the time."""

from datetime import UTC, datetime


class Clock:
    """The machine's clock; a test hands in its own."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)
