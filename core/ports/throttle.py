"""How many messages a sender may still let go now."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`granted` messages may leave now; where that is fewer than were wanted, `wait` says when to ask again."""

    granted: int
    wait: timedelta = timedelta(0)


class Throttle(Protocol):
    def take(self, name: str, rate: float, burst: int, wanted: int) -> Grant:
        """As many of the `wanted` messages as the sender `name` may let go now, counted over all workers: `rate` a
        second, and at most `burst` at once after a pause. Where nobody can count, nothing is granted."""
