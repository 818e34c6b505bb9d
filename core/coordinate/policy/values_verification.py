"""What has to be proved before anything of a customer's account is spoken of, and what counts as proof."""

from dataclasses import dataclass
from datetime import timedelta

from core.model.profile import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRules:
    """`intents` are those about which nothing is said to somebody unproved. A code is good for `code_lives` and for
    `tries` wrong answers; a person gets at most `codes_per_hour`; what a right one proves holds for `valid`."""

    intents: frozenset[str] = frozenset()
    accept: frozenset[Proof] = frozenset(Proof)
    code_lives: timedelta = timedelta(minutes=10)
    tries: int = 5
    codes_per_hour: int = 3
    valid: timedelta = timedelta(hours=24)
