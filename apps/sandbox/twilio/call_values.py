"""What is heard in a call, and what comes to it from outside."""

from dataclasses import dataclass
from datetime import datetime

CONFIDENCE = 0.93


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came from outside while a call waited."""

    kind: str  # said, pressed, silent, hung_up, twiml, agent_said, agent_pressed, agent_hung_up, agent_answered
    text: str = ""
    confidence: float = CONFIDENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One line that somebody in the call could hear."""

    who: str  # company, caller, agent, whisper
    text: str
    at: datetime
    language: str = ""
