"""What a message tells us: language, intent, sentiment, urgency, risk."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.ids import ConversationId, MessageId


class Feeling(StrEnum):
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Urgency(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words that show it: `text[start:end]` of the message read."""

    start: int
    end: int
    words: str

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"evidence {self.start}:{self.end} is not a span")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A value with how sure we are (0 to 1), the words or records that show it, and the version of what made it.

    `records` name stored things (`ticket:35`, `profile.tier=business`); `amount` is the signal's own figure where it
    has one: minutes, turns, a degree from 0 to 1, money."""

    value: str
    confidence: float
    label: str = ""
    evidence: tuple[Evidence, ...] = ()
    made_by: str = ""
    records: tuple[str, ...] = ()
    amount: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence {self.confidence} is not between 0 and 1")


UNKNOWN_LANGUAGE = Scored(value="unknown", confidence=0.0)
NO_INTENT = Scored(value="unknown", confidence=0.0, label="Not recognised")
HUMAN_REQUEST = "human_request"  # a risk: they ask for a person
COURTESY = "courtesy"  # the fact that a message only thanks, agrees or greets
GREETING = "Greeting"  # its label where it only says hello


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """All of one turn.

    `mood` runs from -1 (very negative) to 1, `moods` are those of the customer's turns, oldest first, this one last.
    `risks` are fired triggers such as `human_request`, `legal_threat`, `fraud`, `opt_out`. `emotions` are the present
    ones of frustration, anger, confusion, hesitation, urgency. `facts` are named things with an amount or a record
    that are no trigger by themselves: `complexity`, `emotional_weight`, `business_risk` (amount 0 to 1),
    `resolution_pattern` (label), `account_tier`, `lifetime_value`, `vip`, `repeat_contact`, `sla_breach`,
    `low_satisfaction`, `attachment` and so on; a name may come more than once."""

    language: Scored
    intents: tuple[Scored, ...]
    sentiment: Scored
    mood: float
    urgency: Scored
    risks: tuple[Scored, ...] = ()
    emotions: tuple[Scored, ...] = ()
    facts: tuple[Scored, ...] = ()
    moods: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not -1 <= self.mood <= 1:
            raise ValueError(f"mood {self.mood} is not between -1 and 1")

    @property
    def intent(self) -> Scored:
        """The likeliest intent, or NO_INTENT."""
        return self.intents[0] if self.intents else NO_INTENT

    def risk(self, name: str) -> Scored | None:
        return next((risk for risk in self.risks if risk.value == name), None)

    def fact(self, name: str) -> Scored | None:
        return next((fact for fact in self.facts if fact.value == name), None)

    def amount(self, name: str) -> float:
        """The amount of a fact, 0 where there is none."""
        fact = self.fact(name)
        return fact.amount or 0.0 if fact else 0.0


# ------------------------------------------------------------------
# An agent's word that a message had another intent than the one read.


OUT_OF_SCOPE = "out_of_scope"  # none of the company's intents


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """`text` is the customer's words without personal data; `intent` is what they wanted, or OUT_OF_SCOPE.

    `serial` rises with each; of two on the same message the later one holds."""

    message_id: MessageId
    conversation_id: ConversationId
    text: str
    intent: str
    by: str
    at: datetime
    serial: int = 0
