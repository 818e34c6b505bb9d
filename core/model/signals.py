"""What a message tells us: language, intent, sentiment, urgency, risk."""

from dataclasses import dataclass
from enum import StrEnum


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
    """A value with how sure we are (0 to 1), the words that show it, and what made it."""

    value: str
    confidence: float
    label: str = ""
    evidence: tuple[Evidence, ...] = ()
    made_by: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence {self.confidence} is not between 0 and 1")


UNKNOWN_LANGUAGE = Scored(value="unknown", confidence=0.0)
NO_INTENT = Scored(value="unknown", confidence=0.0, label="Not recognised")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """All of one turn. `mood` runs from -1 (very negative) to 1; `risks` holds fired triggers such as
    `human_request`, `legal_threat`, `fraud`, `opt_out`."""

    language: Scored
    intents: tuple[Scored, ...]
    sentiment: Scored
    mood: float
    urgency: Scored
    risks: tuple[Scored, ...] = ()

    def __post_init__(self) -> None:
        if not -1 <= self.mood <= 1:
            raise ValueError(f"mood {self.mood} is not between -1 and 1")

    @property
    def intent(self) -> Scored:
        """The likeliest intent, or NO_INTENT."""
        return self.intents[0] if self.intents else NO_INTENT

    def risk(self, name: str) -> Scored | None:
        return next((risk for risk in self.risks if risk.value == name), None)
