"""A telephone call: who called, how far it has come, and what was said in it while a person spoke."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.model.conversation import Role
from core.model.ids import ConversationId


class Stage(StrEnum):
    """How far a call has come; it never goes back. TRANSFER: a person's telephone rings. PERSON: they speak."""

    ASSISTANT = "assistant"
    TRANSFER = "transfer"
    PERSON = "person"
    ENDED = "ended"


RANK = {stage: rank for rank, stage in enumerate(Stage)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`sid` is Twilio's. `number` is the caller's in E.164, empty where it is withheld. `group` is the team that it was
    put through to, `accepted_at` when somebody there took it. `outcome` is how it ended. `raised` are the triggers of
    which the supervisors were told while it went on."""

    sid: str
    number: str
    language: str
    started_at: datetime
    stage: Stage = Stage.ASSISTANT
    conversation_id: ConversationId | None = None
    group: str = ""
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    raised: tuple[str, ...] = ()

    @property
    def answered_by_person(self) -> bool:
        return self.accepted_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """One utterance that was transcribed while a person spoke with the caller. `key` is Twilio's name of it within the
    call. `mood` (-1 to 1) and `beside` (knowledge, risks: JSON) are of the customer's lines only."""

    sid: str
    key: str
    role: Role
    text: str
    at: datetime
    mood: float | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)
