"""What a sentence can state that must not be got wrong."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class FaultKind(StrEnum):
    NUMBER = "number"
    AMOUNT = "amount"
    SHARE = "share"
    DURATION = "duration"
    UNIT = "unit"
    DATE = "date"
    TIME = "time"
    ADDRESS = "address"
    NAME = "name"
    NEGATION = "negation"
    CONDITION = "condition"
    PROMISE = "promise"
    WORDS = "words"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a sentence states and its source does not. `span` are characters of the sentence, `text` says it to a
    person."""

    kind: FaultKind
    span: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """`low` and `high` are the same for a single number. `raw_low` and `raw_high` are
    the figures as written, before weeks became seconds. `unit` is empty for a bare one; `bound` is `<` for at most,
    `>` for at least; `noun` is the word that is counted."""

    kind: FaultKind
    unit: str
    low: Decimal
    high: Decimal
    raw_low: Decimal
    raw_high: Decimal
    start: int
    end: int
    bound: str = ""
    noun: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Anything that is compared as a whole: an address, a code, a date, a time of day."""

    kind: FaultKind
    value: str
    start: int
    end: int
