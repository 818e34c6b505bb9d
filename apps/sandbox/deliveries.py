"""What the courier carries: deliveries, the attempts at them, and the vendors' rules for trying again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Headers = Callable[[int], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRule:
    """When and how often a vendor posts again.

    `delays` are the waits in seconds before the second, third … attempt, so their number bounds
    the attempts. A status in `needs_retry_after` is tried again only when the answer names a
    `Retry-After` of at most `longest_retry_after` seconds, and then waits that long.
    """

    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    delays: tuple[float, ...] = ()
    statuses: frozenset[int] = frozenset()
    needs_retry_after: frozenset[int] = frozenset()
    longest_retry_after: float = 60.0
    on_timeout: bool = False
    on_no_connection: bool = False
    stop_header: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook as the vendor means to post it. `headers(attempt)` signs each attempt anew."""

    vendor: str
    url: str
    body: bytes
    headers: Headers
    retry: RetryRule
    delivery_id: str
    on_answer: Callable[["Attempt"], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One post of a delivery, for the log. `status` is None when no answer came."""

    delivery_id: str
    vendor: str
    url: str
    attempt: int
    at: datetime
    status: int | None = None
    error: str = ""
    milliseconds: float = 0.0
    note: str = ""
    body: str = ""
    answer: str = ""
    answer_headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether the receiver answered 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def row(self) -> dict[str, Any]:
        """The attempt as plain values, for the page."""
        return {
            "delivery_id": self.delivery_id,
            "vendor": self.vendor,
            "url": self.url,
            "attempt": self.attempt,
            "at": self.at.isoformat(),
            "status": self.status,
            "error": self.error,
            "milliseconds": self.milliseconds,
            "note": self.note,
            "accepted": self.accepted,
            "body": self.body,
            "answer": self.answer,
        }


def next_wait(rule: RetryRule, made: Attempt) -> float | None:
    """Seconds until the vendor posts again after this attempt; None when it will not."""
    if made.attempt > len(rule.delays) or made.accepted:
        return None
    wait = rule.delays[made.attempt - 1]
    if made.status is None:
        wanted = rule.on_timeout if made.error == "timeout" else rule.on_no_connection
        return wait if wanted else None
    headers = {name.lower(): value for name, value in made.answer_headers.items()}
    if rule.stop_header and headers.get(rule.stop_header.lower()) == "1":
        return None
    if made.status in rule.needs_retry_after:
        named = headers.get("retry-after", "")
        return float(named) if named.isdigit() and float(named) <= rule.longest_retry_after else None
    return wait if made.status in rule.statuses else None
