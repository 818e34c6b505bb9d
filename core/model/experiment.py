"""What became of people who are part of an experiment."""

from dataclasses import dataclass
from datetime import datetime

from core.model.arm import Arm
from core.model.decision import Action
from core.model.ids import ConversationId, CustomerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A later message of theirs, as it was decided about."""

    at: datetime
    intent: str
    rule: str
    action: Action
    conversation_id: ConversationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Somebody from their first turn `at` that was part of it, with all that they said `after`."""

    customer_id: CustomerId
    arm: Arm
    at: datetime
    intent: str
    conversation_id: ConversationId
    after: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    by: str
    why: str
    at: datetime
