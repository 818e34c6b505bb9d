"""What the stand-in needs from the sandbox around it, as small protocols."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from apps.sandbox.deliveries import Attempt, Headers, RetryRule


class Clock(Protocol):
    def now(self) -> datetime:
        """The aware present moment."""
        ...


class Courier(Protocol):
    def deliver(self, vendor: str, url: str, body: bytes, headers: Headers, retry: RetryRule, delivery_id: str) -> None:
        """Queue one POST and return at once; repeat it as `retry` says, asking `headers` for each attempt."""
        ...

    def post_now(
        self, vendor: str, url: str, body: bytes, headers: Headers, retry: RetryRule, delivery_id: str
    ) -> Attempt:
        """POST once, wait, and return what came of it."""
        ...

    def attempts(self, vendor: str | None = None) -> Sequence[Attempt]:
        """The attempts made so far, oldest first."""
        ...
