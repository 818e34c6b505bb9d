"""What was done with a turn, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.model.conversation import Owner
from core.model.draft import Draft
from core.model.gap import Gap
from core.model.ids import ConversationId, DecisionId, EventId, MessageId
from core.model.signals import Signals


class Action(StrEnum):
    """SUGGEST: a draft for the agent. AUTO_REPLY: the assistant answers. HANDOFF: a person takes over.
    SILENT: nothing leaves (an agent owns it, an opt-out, an auto-responder)."""

    SUGGEST = "suggest"
    AUTO_REPLY = "auto_reply"
    HANDOFF = "handoff"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """`rule` names the line of the policy that fired; `reason` says it in plain words."""

    action: Action
    owner: Owner
    rule: str
    reason: str
    tier: int = 1
    notify_customer: bool = False
    alert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """The card: one view of a case for note, sidebar and Slack."""

    group: str
    agent: str | None
    reason: str
    wants: str
    tried: tuple[str, ...]
    open: tuple[str, ...]
    summary: str
    sentiment_trend: tuple[float, ...]
    identity: str  # verified | known | unverified


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything needed to explain one turn later. `timings` are milliseconds per step."""

    id: DecisionId
    event_id: EventId
    conversation_id: ConversationId
    message_id: MessageId
    signals: Signals
    disposition: Disposition
    policy_version: str
    at: datetime
    draft: Draft | None = None
    handoff: Handoff | None = None
    abstained: str | None = None
    gap: Gap | None = None
    retrieved: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
