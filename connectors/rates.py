"""What a vendor says is left of its rate limit, so that work can be put off before it is refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import TransientError

RESERVE = 0.03  # of a limit: kept for the people who share it with us
SHORTEST_WAIT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateBudget:
    """One limit as the vendor's last answer stated it: `remaining` of `limit` calls until `resets_at`."""

    limit: int
    remaining: int
    resets_at: datetime

    def __post_init__(self) -> None:
        if self.limit <= 0 or self.remaining < 0:
            raise ValueError(f"{self.remaining} of {self.limit} calls is not a budget")
        if self.resets_at.tzinfo is None:
            raise ValueError("resets_at has no time zone")

    def spent(self, now: datetime) -> bool:
        """Whether less than the reserve is left and the vendor has not started counting anew."""
        return now < self.resets_at and self.remaining < self.limit * RESERVE

    def check(self, vendor: str, now: datetime) -> None:
        """Raise TransientError with the time to wait when the budget is spent."""
        if self.spent(now):
            raise TransientError(
                f"{vendor}: {self.remaining} of {self.limit} calls left, waiting for the rest",
                retry_after=max(self.resets_at - now, SHORTEST_WAIT),
            )
