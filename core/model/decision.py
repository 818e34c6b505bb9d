"""What was done with a turn, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.model.agent import Routed
from core.model.conversation import Owner
from core.model.draft import Draft
from core.model.expected import Expected
from core.model.gap import Gap
from core.model.ids import ConversationId, DecisionId, EventId, MessageId
from core.model.progress import Progress
from core.model.signals import Signals
from core.model.spend import Cost


class Action(StrEnum):
    """SUGGEST: a draft for the agent. AUTO_REPLY: the assistant answers. HANDOFF: a person takes over.
    SILENT: nothing leaves (an agent owns it, an opt-out, an auto-responder)."""

    SUGGEST = "suggest"
    AUTO_REPLY = "auto_reply"
    HANDOFF = "handoff"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """`rule` names the line of the policy that fired; `reason` says it in plain words. `first`: the conversation jumps
    the queue. `considered` are triggers that had evidence, but not enough for the policy, each with its figures."""

    action: Action
    owner: Owner
    rule: str
    reason: str
    tier: int = 1
    notify_customer: bool = False
    alert: bool = False
    first: bool = False
    considered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """The card: one view of a case for note, sidebar and Slack. `options` are what could be offered, `history` what
    the customer bought, where the handoff is about either.

    `reply` is when the customer may expect a person, `ways` are the channels they were given the choice of. `sources`
    name the messages that the summary is made of, `proof` says how the customer was recognised, `withheld` which parts
    the policy keeps from the team."""

    group: str
    agent: str | None
    reason: str
    wants: str
    tried: tuple[str, ...]
    open: tuple[str, ...]
    summary: str
    sentiment_trend: tuple[float, ...]
    identity: str  # verified | known | unverified
    options: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    reply: Expected | None = None
    ways: tuple[str, ...] = ()
    intent: str = ""
    sources: tuple[str, ...] = ()
    proof: str = ""
    profile: tuple[str, ...] = ()
    activity: tuple[str, ...] = ()
    consent: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    diagnostics: tuple[str, ...] = ()
    last_issue: str = ""
    transcript: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a decision found besides the words. All of it changes later, and a replay must not see what came after.

    `seen` is the timeline as it was, `settled` what of it needed no answer; `flags` are the attributes of the profile
    that were set to yes."""

    owner: Owner
    tier: str
    brand: str = ""
    flags: tuple[str, ...] = ()
    owner_group: str = ""
    solved_at: datetime | None = None
    seen: tuple[MessageId, ...] = ()
    settled: tuple[MessageId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything needed to explain one turn later, or to take it again. `timings` are milliseconds per step, `costs`
    those of language models. `procedure` is how far the newest procedure of the matter has come."""

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
    circumstances: Circumstances | None = None  # None: decided by a Handrail that did not store them
    costs: tuple[Cost, ...] = ()
    procedure: Progress | None = None
    routed: Routed | None = None  # to whom, where it was handed over and the policy names agents
    tier_before: int | None = None  # at which tier the conversation was served so far; None: not at all

    @property
    def tier(self) -> int | None:
        """The tier that the conversation is served at from here on: a draft that only waits moves nothing."""
        spoken = self.disposition.action in (Action.AUTO_REPLY, Action.HANDOFF)
        return self.disposition.tier if spoken else self.tier_before

    @property
    def moved(self) -> bool:
        return None not in (self.tier_before, self.tier) and self.tier_before != self.tier
