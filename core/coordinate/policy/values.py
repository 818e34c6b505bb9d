"""The policy as values: who owns what, what triggers a handoff, what may leave without asking."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from core.model.customer import Channel, Purpose


class Way(StrEnum):
    """Who owns an interaction type: the second column of the owner table. PROACTIVE: told before anybody asks."""

    ASSISTANT = "assistant"
    PROACTIVE = "proactive"
    FALLBACK = "assistant_with_fallback"
    HYBRID = "hybrid"
    HUMAN = "human"


AUTOMATIC_WAYS = frozenset({Way.ASSISTANT, Way.PROACTIVE, Way.FALLBACK})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRow:
    way: Way
    group: str
    tier: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Who works at a tier, and for what."""

    who: str
    serves: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Evidence that sends a turn to a person, whatever its intent (docs/triggers.md).

    `threshold` is in the trigger's own unit (`known.TRIGGERS`): a confidence from 0 to 1 for those read from words,
    minutes for `assistant_time` and `time_to_resolve`, a fall of the mood for `mood_drop`, a count for `failed_cycles`,
    `not_understood` and `repeat_contact`, a degree from 0 to 1 for `complexity`. `first`: the conversation jumps the
    queue."""

    group: str
    tier: int
    why: str
    alert: bool = False
    threshold: float = 0.5
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """Where there are drafts only, whatever else is allowed."""

    channels: frozenset[Channel] = frozenset()
    brands: frozenset[str] = frozenset()
    intents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A team of the helpdesk as the policy knows it. `skills` are intents or words that agents' skills are named by;
    `senior` teams serve important customers."""

    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    senior: bool = False
    reply_within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vip:
    """Who is served by a person first: by tier, by lifetime value (in the company's own currency) or by a flag."""

    tiers: frozenset[str]
    group: str
    lifetime_value: float | None = None
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each ground counts when an agent is chosen within a group; any numbers from 0 up."""

    skill: float = 3.0
    language: float = 2.0
    prior: float = 2.0
    load: float = 2.0
    handle_time: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """`capacity`: open conversations that one agent may have. `prior`: how long an agent who helped is remembered.
    `upsell` names the group that gets offers, `spam` the group that reviews what looks like spam; empty: none."""

    capacity: int = 6
    prior: timedelta = timedelta(days=30)
    weights: Weights = Weights()
    upsell: str = ""
    spam: str = ""
    assign: bool = False  # whether a named agent is written on the ticket, or only the group


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """None: never. `follow_up` after our last answer without a word of the customer, `close` after that;
    `hand_back` after a person's last public word."""

    follow_up: timedelta | None = None
    close: timedelta | None = None
    hand_back: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Of a million tokens."""

    read: float = 0.0
    written: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """When the strong model is asked, and what models may cost; None: no limit."""

    strong_complexity: float = 0.6
    strong_risk: float = 0.6
    per_day: float | None = None
    per_conversation: float | None = None
    currency: str = "USD"
    light: Price = Price()
    strong: Price = Price()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLimit:
    """What an action is bound to: `most` in one go and `per_day` for one customer, in the action's own unit (money,
    pieces), and whether a supervisor is asked first. A procedure that comes to an action hands it to a person with
    these limits; the assistant does none by itself."""

    most: float
    per_day: float | None = None
    approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffs:
    """`roles` maps a role (cx, operations, it, legal) to the people who may sign for it; `sections` maps a section of
    the policy to the roles that must sign when it changes."""

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


DONE = "done"


class StepKind(StrEnum):
    ASK = "ask"
    CHECK = "check"
    ACT = "act"
    BRANCH = "branch"
    SAY = "say"
    HANDOFF = "handoff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a procedure.

    ASK says `text` and keeps the answer under `into`; CHECK asks the company's systems for `name` and keeps the
    result under `into`; ACT does action `name` within its limit; SAY tells `text`; BRANCH goes to step `then` where
    `when` (`answer == yes`, `status in shipped, delivered`) holds, else to `otherwise` (empty: the step below it);
    HANDOFF ends with a person. DONE in `then` or `otherwise` ends the procedure: it helped."""

    id: str
    kind: StepKind
    text: str = ""
    name: str = ""
    into: str = ""
    when: str = ""
    then: str = ""
    otherwise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """Steps for some intents, of which the first is where it begins. After `cycles` rounds that did not help a person
    takes over. `codes` maps an error code to the id of the article that explains it. The steps are in one
    `language`; customers who write in another are not led through it."""

    name: str
    intents: frozenset[str]
    steps: tuple[Step, ...]
    cycles: int = 2
    codes: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A line of the policy's own test: given these signals, this disposition by this rule is expected.

    `given` may name what `GIVEN` lists, `expect` what `EXPECT` does; both are checked when the file is read."""

    name: str
    given: Mapping[str, object]
    expect: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What may be said proactively about one kind of business signal.

    `match` is the customers' attribute whose value the signal states (`region`), or `customers`: then the signal
    itself names the people, by e-mail address or helpdesk id. `texts` maps a segment (a tier, or `default`) to a
    template over the signal's facts."""

    match: str
    purpose: Purpose
    channel: Channel
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    opens: time
    closes: time
    expires_after: timedelta
    approvers: tuple[str, ...]
    channel: str
    plays: Mapping[str, Play]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`version` is the hash of everything in the file; each decision and effect carries it.

    `intent_confidence` overrides `confidence_automatic` for an intent. `disclaimers` maps an intent to the sentence
    that an answer about it must carry."""

    version: str
    automatic: frozenset[Channel]
    confidence_automatic: float
    confidence_intent: float
    mood_floor: float
    owners: Mapping[str, OwnerRow]
    default_owner: OwnerRow
    triggers: Mapping[str, Trigger]
    vip: Vip
    alert_channel: str
    hand_back_on_solve: bool
    same_matter: timedelta
    max_turns: int
    standing: frozenset[str]
    outreach: Outreach
    shadow: Shadow = Shadow()
    intent_confidence: Mapping[str, float] = field(default_factory=dict)
    tiers: Mapping[int, Tier] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    routing: Routing = Routing()
    timers: Timers = Timers()
    models: Models = Models()
    actions: Mapping[str, ActionLimit] = field(default_factory=dict)
    disclaimers: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"  # of the texts in it
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    signoffs: SignOffs = SignOffs()
    examples: tuple[Example, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def owner_of(self, intent: str) -> OwnerRow:
        return self.owners.get(intent, self.default_owner)

    def automatic_from(self, intent: str) -> float:
        """The confidence from which a draft about the intent may be sent by itself."""
        return self.intent_confidence.get(intent, self.confidence_automatic)

    def reply_within(self, group: str) -> str:
        """What a customer is promised; empty where nothing is."""
        known = self.groups.get(group)
        return known.reply_within if known else ""

    @property
    def teams(self) -> tuple[str, ...]:
        """Every team that the policy hands a conversation to, each once, in the order of the file."""
        owners = [row.group for row in (self.default_owner, *self.owners.values())]
        triggered = [trigger.group for trigger in self.triggers.values()]
        return tuple(dict.fromkeys([*owners, *triggered, self.vip.group]))
