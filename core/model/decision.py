"""What was done with a turn, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.model.action import ActionCall
from core.model.agent import Routed
from core.model.appointment import Arrangement
from core.model.arm import Arm
from core.model.conversation import Owner
from core.model.cost import Cost
from core.model.draft import Draft
from core.model.ids import ConversationId, DecisionId, EventId, MessageId
from core.model.knowledge import Gap
from core.model.learning import Lift
from core.model.signals import Signals


class Outcome(StrEnum):
    """WAITING: the customer was asked something. PERSON: somebody takes over. DONE: it came to its end. LEFT: it had
    nothing to say, and the turn is answered without it."""

    WAITING = "waiting"
    PERSON = "person"
    DONE = "done"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that was gone through, in words for the agent: what was asked, found, done, said."""

    step: str
    kind: str
    what: str
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`at` is the step whose question is open; `known` what was answered and found; `rounds` how many tries the
    customer has been led through; `asked_twice` whether the open question was put once more already.

    `beside` is what the customer asks for besides answering; somebody else has to see to it.

    `choices` are answers that may be tapped, `booking` and `call` are what the customer said yes to with this turn.

    `version` is the hash of the procedure as it was begun: a changed one is not continued in the middle."""

    procedure: str
    version: str
    outcome: Outcome
    at: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    rounds: int = 0
    asked_twice: bool = False
    taken: tuple[Taken, ...] = ()
    say: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    reason: str = ""
    language: str = "en"
    beside: str = ""
    choices: tuple[str, ...] = ()
    booking: Arrangement | None = None
    call: ActionCall | None = None

    @property
    def open(self) -> bool:
        return self.outcome is Outcome.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One conversation that was handed to a team, and when a person of it first said something in public; None where
    the customer still waits for that."""

    handed_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """`minutes` of the team's own working time are what the customer is told, None where the promise is no span (it is
    in `promise` then) or nobody can say. `by` is when that will have passed, `opens_at` when the team is there again,
    None while it is there. `grounds` says for an agent what it rests on."""

    minutes: int | None = None
    promise: str = ""
    by: datetime | None = None
    opens_at: datetime | None = None
    grounds: str = ""

    @property
    def closed(self) -> bool:
        return self.opens_at is not None


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
    those of language models. `procedure` is how far the newest procedure of the matter has come. `again_of` is the
    message that a second turn decided about: `message_id` is that turn's own name then."""

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
    again_of: MessageId | None = None
    arms: Mapping[str, Arm] = field(default_factory=dict)  # of the experiments that this turn is part of, by their key
    lifts: tuple[Lift, ...] = ()  # what feedback had moved of the articles that were found, and how far

    @property
    def about(self) -> MessageId:
        """The message that it is about."""
        return self.again_of or self.message_id

    @property
    def tier(self) -> int | None:
        """The tier that the conversation is served at from here on: a draft that only waits moves nothing."""
        spoken = self.disposition.action in (Action.AUTO_REPLY, Action.HANDOFF)
        return self.disposition.tier if spoken else self.tier_before

    @property
    def moved(self) -> bool:
        return None not in (self.tier_before, self.tier) and self.tier_before != self.tier
