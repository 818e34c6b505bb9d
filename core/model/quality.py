"""How good a conversation was, part by part, and what people say of that score."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.ids import ConversationId, MessageId


class Part(StrEnum):
    """GROUNDED: each sentence that we sent on our own has its source. COMPLETE: every question was answered. TONE: the
    style card was kept. POLICY: nothing left against a rule. HANDOFF: what was known was handed over, and nothing
    asked again."""

    GROUNDED = "grounded"
    COMPLETE = "complete"
    TONE = "tone"
    POLICY = "policy"
    HANDOFF = "handoff"


class Score(StrEnum):
    """UNKNOWN: it cannot be told from what is stored, or there was nothing that it could be told of."""

    GOOD = "good"
    FAULTY = "faulty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One thing that a score rests on: what, and in which message; None where it is no message's."""

    what: str
    message_id: MessageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """`grounds` are the faults of a FAULTY part, the proofs of a GOOD one, why nobody can tell of an UNKNOWN one."""

    part: Part
    score: Score
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    conversation_id: ConversationId
    at: datetime
    parts: tuple[Scored, ...]

    def of(self, part: Part) -> Scored:
        return next(each for each in self.parts if each.part is part)

    @property
    def faulty(self) -> tuple[Scored, ...]:
        return tuple(each for each in self.parts if each.score is Score.FAULTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's word on one part: what the `score` was, and what they `said` that it is."""

    conversation_id: ConversationId
    part: Part
    reviewer: str
    score: Score
    said: Score
    at: datetime
    note: str = ""

    def __post_init__(self) -> None:
        if Score.UNKNOWN in (self.said, self.score):
            raise ValueError("what nobody can tell is not reviewed")

    @property
    def agrees(self) -> bool:
        return self.said is self.score
