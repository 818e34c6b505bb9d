"""What the assistant does alone with a customer: asking back, disclosing, receipts, proof of who asks, appointments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from core.model.profile import Proof
from core.policy.kinds import DAYS, HOURS, LANGUAGE, MINUTES, TEXT, Kind, members_of, whole
from core.policy.reader import At, Filled, Table

CLARIFY = Kind(expected="0, 1 or 2: more questions back try anybody's patience", read=whole(0, 2))
OFFERED = Kind(expected="a number of times from 1 to 5", read=whole(1, 5))
TO_TEN = Kind(expected="a number from 1 to 10", read=whole(1, 10))


class ReceiptOffer(StrEnum):
    """When a customer is told where it can be read how their matter was decided: never, when they ask why, or then
    and also in the question whether all is well."""

    NEVER = "never"
    ASKED = "asked"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfService:
    """The sections `self_service` and `receipt`.

    `matters` says what an intent is called in front of customers, by language; `confirm` are the intents of which an
    answer begins with one line of what was understood. `clarify` is how many questions back there may be in a matter,
    `disclose_after` how long a customer is taken to remember that an assistant writes."""

    matters: Annotated[
        Mapping[str, Mapping[Annotated[str, LANGUAGE], Annotated[str, TEXT]]],
        Filled('what customers call it, by language, such as {en: "a late parcel"}'),
    ] = field(default_factory=dict)
    confirm: frozenset[str] = frozenset()
    clarify: Annotated[int, CLARIFY] = 2
    disclose_after: Annotated[timedelta, HOURS, At("disclose_hours")] = timedelta(hours=24)
    receipt: Annotated[ReceiptOffer, At("/receipt.offer")] = ReceiptOffer.ASKED
    receipt_days: Annotated[timedelta, DAYS, At("/receipt.days")] = timedelta(days=30)

    def complete(self, table: Table) -> Self:
        for intent in sorted(set(self.confirm or ()) - set(self.matters)):
            table.problem(("confirm",), f"found {intent}, expected an intent that `matters` has words for")
        return self

    def matter(self, intent: str, language: str) -> str:
        """What the intent is called in the language; empty where the policy has no words."""
        return self.matters.get(intent, {}).get(language, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A kind of appointment that customers may book: `place` narrows the calendar (empty: any), the first time offered
    is `notice` away, the last one `ahead`; `offer` times are offered at once and held for `hold`."""

    place: Annotated[str, TEXT] = ""
    notice: Annotated[timedelta, HOURS, At("notice_hours")] = timedelta(hours=4)
    ahead: Annotated[timedelta, DAYS, At("ahead_days")] = timedelta(days=14)
    offer: Annotated[int, OFFERED] = 3
    hold: Annotated[timedelta, MINUTES, At("hold_minutes")] = timedelta(minutes=30)

    def complete(self, table: Table) -> Self:
        if self.notice and self.ahead and self.ahead <= self.notice:
            table.problem(("ahead_days",), "found an end before the first time that notice_hours leaves to offer")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRules:
    """What has to be proved before anything of a customer's account is spoken of, and what counts as proof.

    `intents` are those about which nothing is said to somebody unproved. A code is good for `code_lives` and for
    `tries` wrong answers; a person gets at most `codes_per_hour`, and as many a day for which anybody may have asked;
    what a right one proves holds for `valid`. A number that is written from proves something only where `accept` says
    so."""

    intents: frozenset[str] = frozenset()
    accept: Annotated[frozenset[Proof], members_of(Proof)] = frozenset({Proof.LOGIN, Proof.CODE})
    code_lives: Annotated[timedelta, MINUTES, At("code_minutes")] = timedelta(minutes=10)
    tries: Annotated[int, TO_TEN] = 5
    codes_per_hour: Annotated[int, TO_TEN] = 3
    valid: Annotated[timedelta, HOURS, At("valid_hours")] = timedelta(hours=24)
