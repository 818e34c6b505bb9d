"""Counters behind the rate-limit headers: fixed windows, one per thing that is limited."""

from dataclasses import dataclass
from datetime import timedelta

from apps.sandbox.zendesk.account import Account
from apps.sandbox.zendesk.answers import Record, too_many
from apps.sandbox.zendesk.ports import Clock

MINUTE, TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of one limit in its window."""

    total: int
    remaining: int
    resets_in: int  # seconds


class Limits:
    """Counts calls per fixed window; a call over a limit is refused with 429 and Retry-After."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self._account, self._clock = account, clock
        self._used: dict[str, tuple[int, int]] = {}  # name -> (window number, calls in it)

    def spend(self, name: str, total: int, window: timedelta, what: str) -> Budget:
        """Count one call; refuse it when the window is used up. `what` names the limit to the caller."""
        seconds = int(window.total_seconds())
        now = int(self._clock.now().timestamp())
        number, resets_in = now // seconds, seconds - now % seconds
        seen, used = self._used.get(name, (number, 0))
        used = used if seen == number else 0
        if used >= total:
            raise too_many(resets_in, what)
        self._used[name] = (number, used + 1)
        return Budget(total, total - used - 1, resets_in)

    def spend_request(self) -> Budget:
        return self.spend("requests", self._account.requests_per_minute, MINUTE, "API requests")

    def spend_export(self, what: str) -> None:
        self.spend(f"export:{what}", self._account.exports_per_minute, MINUTE, f"incremental {what} exports")

    def spend_ticket_update(self, ticket_id: int, actor: Record) -> None:
        """Both of Zendesk's limits on updates: of the account, and of one user on one ticket."""
        self.spend("updates", self._account.ticket_updates_per_minute, MINUTE, "ticket updates")
        name = f"update:{ticket_id}:{actor['id']}"
        self.spend(name, self._account.updates_per_ticket, TEN_MINUTES, f"updates of ticket {ticket_id}")


def headers_of(budget: Budget) -> dict[str, str]:
    return {
        "X-Rate-Limit": str(budget.total),
        "X-Rate-Limit-Remaining": str(budget.remaining),
        "ratelimit-limit": str(budget.total),
        "ratelimit-remaining": str(budget.remaining),
        "ratelimit-reset": str(budget.resets_in),
    }
