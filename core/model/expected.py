"""When a customer may expect a person's word."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One conversation that was handed to a team, and when a person of it first said something in public; None where
    the customer still waits for that."""

    handed_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """`minutes` of the team's own working time are what the customer is told, None where the promise is no span (it is
    in `promise` then) or nobody can say. `by` is when that will have passed, `opens_at` when the team is there again,
    None while it is there. `grounds` says for an agent what it rests on."""

    minutes: int | None = None
    promise: str = ""
    by: datetime | None = None
    opens_at: datetime | None = None
    grounds: str = ""

    @property
    def closed(self) -> bool:
        return self.opens_at is not None
