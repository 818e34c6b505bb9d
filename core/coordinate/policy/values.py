"""The policy as values: who owns what, what triggers a handoff, what may leave without asking."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from core.coordinate.policy.values_alerts import Alerts
from core.coordinate.policy.values_burst import Burst
from core.coordinate.policy.values_hours import OpeningHours
from core.coordinate.policy.values_journey import Journey
from core.coordinate.policy.values_outreach import Outreach
from core.coordinate.policy.values_procedure import Procedure
from core.coordinate.policy.values_running import ActionLimit, Models, Routing, SignOffs, Timers
from core.coordinate.policy.values_self_service import SelfService, Visit
from core.coordinate.policy.values_texting import Texting
from core.coordinate.policy.values_verification import VerificationRules
from core.coordinate.policy.values_voice import Voice
from core.model.customer import Channel


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
    `senior` teams serve important customers. Without `hours` somebody is always there; `may_see` names the parts of a
    handoff that the team may see (`known.PARTS`), None: all of them."""

    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    senior: bool = False
    reply_within: str = ""
    hours: OpeningHours | None = None
    may_see: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vip:
    """Who is served by a person first: by tier, by lifetime value (in the company's own currency) or by a flag."""

    tiers: frozenset[str]
    group: str
    lifetime_value: float | None = None
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A line of the policy's own test: given these signals, this disposition by this rule is expected.

    `given` may name what `GIVEN` lists, `expect` what `EXPECT` does; both are checked when the file is read."""

    name: str
    given: Mapping[str, object]
    expect: Mapping[str, object]


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
    routing: Routing = field(default_factory=Routing)
    timers: Timers = field(default_factory=Timers)
    models: Models = field(default_factory=Models)
    journey: Journey = field(default_factory=Journey)
    actions: Mapping[str, ActionLimit] = field(default_factory=dict)
    disclaimers: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"  # of the texts in it
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    self_service: SelfService = field(default_factory=SelfService)
    appointments: Mapping[str, Visit] = field(default_factory=dict)
    signoffs: SignOffs = field(default_factory=SignOffs)
    voice: Voice = field(default_factory=Voice)
    texting: Texting = field(default_factory=Texting)
    examples: tuple[Example, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    burst: Burst = field(default_factory=Burst)
    verification: VerificationRules = field(default_factory=VerificationRules)
    same_matter_sure: timedelta = timedelta(days=30)
    alerts: Alerts = field(default_factory=Alerts)

    def owner_of(self, intent: str) -> OwnerRow:
        return self.owners.get(intent, self.default_owner)

    def automatic_from(self, intent: str) -> float:
        """The confidence from which a draft about the intent may be sent by itself."""
        return self.intent_confidence.get(intent, self.confidence_automatic)

    def reply_within(self, group: str) -> str:
        """What a customer is promised; empty where nothing is."""
        known = self.groups.get(group)
        return known.reply_within if known else ""

    def hours(self, group: str) -> OpeningHours | None:
        """When the group is at work; None: always, or nobody says."""
        known = self.groups.get(group)
        return known.hours if known else None

    def may_see(self, group: str, part: str) -> bool:
        known = self.groups.get(group)
        return known is None or known.may_see is None or part in known.may_see

    @property
    def teams(self) -> tuple[str, ...]:
        """Every team that the policy hands a conversation to, each once, in the order of the file."""
        owners = [row.group for row in (self.default_owner, *self.owners.values())]
        triggered = [trigger.group for trigger in self.triggers.values()]
        return tuple(dict.fromkeys([*owners, *triggered, self.vip.group]))
