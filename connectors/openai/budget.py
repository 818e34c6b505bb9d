"""What the endpoint says is left of its limits."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from connectors.rates import RateBudget
from core.ports import Now

LIMITS = ("requests", "tokens")
UNITS = {"ms": timedelta(milliseconds=1), "s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}
PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")


class TokenBudget:
    """The latest word on requests and tokens a minute."""

    def __init__(self, now: Now | None = None) -> None:
        self._now = now or (lambda: datetime.now(UTC))
        self.latest: dict[str, RateBudget] = {}

    def check(self) -> None:
        """Raise TransientError when either limit is all but used up."""
        for budget in self.latest.values():
            budget.check("the language model", self._now())

    def note(self, headers: Mapping[str, str]) -> None:
        for name in LIMITS:
            stated = stated_budget(headers, name, self._now())
            if stated is not None:
                self.latest[name] = stated


def stated_budget(headers: Mapping[str, str], name: str, now: datetime) -> RateBudget | None:
    """The budget in an answer's headers; None where they are absent or make no sense."""
    try:
        return RateBudget(
            limit=int(headers[f"x-ratelimit-limit-{name}"]),
            remaining=int(headers[f"x-ratelimit-remaining-{name}"]),
            resets_at=now + duration(headers[f"x-ratelimit-reset-{name}"]),
        )
    except (KeyError, ValueError):
        return None


def duration(text: str) -> timedelta:
    """`6m0s`, `1.5s`, `20ms` as a time span; ValueError for anything else."""
    parts = PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is not a time span")
    return sum((float(number) * UNITS[unit] for number, unit in parts), timedelta())
