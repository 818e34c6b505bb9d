"""The real time: nothing else in the product asks for it."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
