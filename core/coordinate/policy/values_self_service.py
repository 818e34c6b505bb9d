"""The policy's values for what the assistant does alone with a customer: how it asks back, discloses, and accounts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class ReceiptOffer(StrEnum):
    """When a customer is told where it can be read how their matter was decided: never, when they ask why, or then
    and also in the question whether all is well."""

    NEVER = "never"
    ASKED = "asked"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfService:
    """`matters` says what an intent is called in front of customers, by language; `confirm` are the intents of which an
    answer begins with one line of what was understood. `clarify` is how many questions back there may be in a matter,
    `disclose_after` how long a customer is taken to remember that an assistant writes."""

    matters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    confirm: frozenset[str] = frozenset()
    clarify: int = 2
    disclose_after: timedelta = timedelta(hours=24)
    receipt: ReceiptOffer = ReceiptOffer.ASKED
    receipt_days: timedelta = timedelta(days=30)

    def matter(self, intent: str, language: str) -> str:
        """What the intent is called in the language; empty where the policy has no words."""
        return self.matters.get(intent, {}).get(language, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A kind of appointment that customers may book: `place` narrows the calendar (empty: any), the first time offered
    is `notice` away, the last one `ahead`; `offer` times are offered at once and held for `hold`."""

    place: str = ""
    notice: timedelta = timedelta(hours=4)
    ahead: timedelta = timedelta(days=14)
    offer: int = 3
    hold: timedelta = timedelta(minutes=30)
