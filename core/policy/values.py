"""The policy as one value: who owns what, what triggers a handoff, what may leave without asking, how the day runs.

Its fields and those of the values in it say what may stand in `policy.yaml` (`reader.py`). What may be left out has a
default that is careful: nothing is answered automatically, nothing is proactive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Annotated, Any, Self

from core.model.arm import Arm
from core.model.customer import Channel, Customer
from core.model.decision import Action
from core.model.enacted import version_of
from core.policy.actions import ActionSpec
from core.policy.alerts import Alerts
from core.policy.channels import Burst, Texting, Voice
from core.policy.coaching import Coaching
from core.policy.engineering import Engineering
from core.policy.examples import PolicyTest
from core.policy.experiments import Experiment, Varies
from core.policy.hours import OpeningHours
from core.policy.journey import Journey
from core.policy.kinds import (
    AT_LEAST_ONE,
    CHANNELS,
    DAYS,
    HOURS,
    LANGUAGE,
    MOOD,
    NAMES,
    SHARE,
    TEXT,
    Kind,
    one_of,
    some_of,
)
from core.policy.known import STANDING, TRIGGERS
from core.policy.learning import Learning
from core.policy.outreach import RULE, Consenting, Outreach
from core.policy.owners import TIER, Group, OwnerRow, Shadow, Tier, Trigger, Vip
from core.policy.problem import PolicyError, Source, suggest
from core.policy.procedures import Procedure, StepKind
from core.policy.reader import At, Custom, Table, read_table
from core.policy.running import Models, Routing, SignOffs, Timers
from core.policy.self_service import SelfService, VerificationRules, Visit
from core.policy.wrap_up import WrapUpRules

ALWAYS = frozenset({"handoff_notice", "agent_reply"})  # what may leave where the policy does not say


def read(fields: Mapping[str, Any], source: Source | None = None) -> "Policy":
    """Check and take over a parsed policy file, which is opened in `apps/`.

    Raises:
        PolicyError: with one line per problem: its place, what was found, what is expected.
    """
    table = Table(fields)
    policy = read_table(Policy, table)
    problems = [*table.problems, *table.strangers()]
    if problems:
        raise PolicyError(source or Source(), problems)
    return replace(policy, version=version_of(fields))


def _format(value: Any) -> str:
    if value is True or value != 1:
        raise ValueError
    return "1"


def _standing(table: Table, key: str) -> frozenset[str]:
    """Each play brings a standing rule of its own."""
    plays = table.within("outreach").within("plays").fields
    return table.at(key, some_of([*STANDING, *(f"{RULE}{name}" for name in plays)]), ALWAYS)


# Share of automatic answers that may be wrong or unwanted, and the confidence from which on no more were, by the upper
# end of the 95 % interval: of 160 drafts this sure to customers of four companies, which nothing else kept from being
# sent, 5 were wrong or about what no article says (docs/quality.md). Surer ones were too few to tell: the last line is
# a guess on the careful side.
MEASURED = ((0.20, 0.0), (0.10, 0.75), (0.0, 0.9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`version` is the hash of everything in the file; each decision and effect carries it.

    `intent_confidence` overrides `confidence_automatic` for an intent. `known_fields` are those of the profile whose
    values choose among the rows of a table where the question names none. `most_sentences` are those that an answer may
    quote, steps and list items aside, to be sent by itself; `send_translated` lets a translated one leave so where it
    was read back. What has its turn later than `fresh` after it was written is a person's to answer. `sites` are hosts
    that an answer may lead to by itself, with all below them. `disclaimers` maps an intent to the sentence that an
    answer about it must carry."""

    version: Annotated[str, Kind(expected="1", read=_format)]
    language: Annotated[str, LANGUAGE] = "en"  # of the texts in it
    automatic: Annotated[frozenset[Channel], CHANNELS, At("channels.automatic")] = frozenset()
    shadow: Shadow = field(default_factory=Shadow)
    confidence_automatic: Annotated[float, SHARE, At("confidence.automatic")] = 0.6
    at_most_wrong: Annotated[float, SHARE, At("confidence.at_most_wrong")] = 0.10  # of automatic answers
    confidence_intent: Annotated[float, SHARE, At("confidence.intent")] = 0.35
    intent_confidence: Annotated[Mapping[str, Annotated[float, SHARE]], At("confidence.intents")] = field(
        default_factory=dict
    )
    known_fields: Annotated[tuple[str, ...], NAMES, At("answers.known_fields")] = ()
    most_sentences: Annotated[int, AT_LEAST_ONE, At("answers.most_sentences")] = 4
    send_translated: Annotated[bool, At("answers.send_translated")] = False
    fresh: Annotated[timedelta, HOURS, At("answers.fresh_hours")] = timedelta(hours=2)
    sites: Annotated[tuple[str, ...], NAMES, At("answers.sites")] = ()
    mood_floor: Annotated[float, MOOD, At("mood.floor")] = -0.8
    max_turns: Annotated[int, At("assistant.max_turns")] = 3
    hand_back_on_solve: Annotated[bool, At("ownership.hand_back_on_solve")] = False
    same_matter: Annotated[timedelta, HOURS, At("ownership.same_matter_hours")] = timedelta(hours=72)
    same_matter_sure: Annotated[timedelta, DAYS, At("ownership.same_matter_days")] = timedelta(days=30)
    burst: Burst = field(default_factory=Burst)
    tiers: Mapping[Annotated[int, TIER], Tier] = field(default_factory=dict)
    default_owner: Annotated[OwnerRow, At("owners.default")]
    owners: Annotated[Mapping[str, OwnerRow], At("owners.intents")] = field(default_factory=dict)
    triggers: Mapping[Annotated[str, one_of(TRIGGERS)], Trigger] = field(default_factory=dict)  # by their priority
    vip: Vip = field(default_factory=Vip)
    groups: Mapping[str, Group] = field(default_factory=dict)
    routing: Routing = field(default_factory=Routing)
    timers: Timers = field(default_factory=Timers)
    models: Models = field(default_factory=Models)
    journey: Journey = field(default_factory=Journey)
    actions: Mapping[str, ActionSpec] = field(default_factory=dict)
    disclaimers: Mapping[str, Annotated[str, TEXT]] = field(default_factory=dict)
    standing: Annotated[frozenset[str], Custom(_standing)] = ALWAYS
    tags: Mapping[Annotated[str, one_of(Action)], Annotated[str, TEXT]] = field(default_factory=dict)
    alert_channel: Annotated[str, At("alerts.channel")]
    alerts: Alerts = field(default_factory=Alerts)
    engineering: Engineering = field(default_factory=Engineering)
    appointments: Mapping[str, Visit] = field(default_factory=dict)
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    self_service: SelfService = field(default_factory=SelfService)
    verification: VerificationRules = field(default_factory=VerificationRules)
    outreach: Outreach = field(default_factory=Outreach)
    experiments: Mapping[str, Experiment] = field(default_factory=dict)
    fairness_fields: Annotated[tuple[str, ...], NAMES, At("fairness.fields")] = ()
    learning: Learning = field(default_factory=Learning)
    coaching: Coaching = field(default_factory=Coaching)
    texting: Annotated[Texting, At("")] = field(default_factory=Texting)
    voice: Voice = field(default_factory=Voice)
    wrap_up: WrapUpRules = field(default_factory=WrapUpRules)
    examples: Annotated[tuple[PolicyTest, ...], At("tests")] = ()
    signoffs: SignOffs = field(default_factory=SignOffs)  # the last: who signs is said of all the sections above

    def complete(self, table: Table) -> Self:
        """What one section says of names in another."""
        for name, play in self.outreach.plays.items():
            if play.approval is Consenting.STANDING and f"{RULE}{name}" not in (self.standing or ()):
                lacking = f"{RULE}{name} in the list `standing`: without it nothing of it may leave"
                table.problem(("outreach", "plays", name, "approval"), f"found standing, expected {lacking}")
        for procedure in self.procedures.values():
            for number, step in enumerate(procedure.steps):
                if step.kind is StepKind.ACT and step.name and step.name not in self.actions:
                    known = f"a name from the section actions{suggest(step.name, self.actions)}"
                    place = ("procedures", procedure.name, "steps", number, "act")
                    table.problem(place, f"found {step.name!r}, expected {known}")
                # What is no name was told where it was read.
                if step.kind is StepKind.APPOINTMENT and step.name and step.name not in self.appointments:
                    known = f"a name from the section appointments{suggest(step.name, self.appointments)}"
                    place = ("procedures", procedure.name, "steps", number, "appointment")
                    table.problem(place, f"found {step.name!r}, expected {known}")
        self._check_triggers(table)
        for name, action in self.actions.items():
            if action.undo and action.undo not in self.actions:
                known = f"a name from the section actions{suggest(action.undo, self.actions)}"
                table.problem(("actions", name, "undo"), f"found {action.undo!r}, expected {known}")
        note = self.wrap_up.note if table.sound else ""
        if note and (note not in self.actions or not self.actions[note].note_input):
            expected = f"an action with a call that needs one text and nothing else{suggest(note, self.actions)}"
            table.problem(("wrap_up", "note"), f"found {note!r}, expected {expected}")
        return self

    def _check_triggers(self, table: Table) -> None:
        for name, trigger in self.triggers.items():
            # What is no list of names was told where it was read.
            for led in sorted((trigger.yields_to or frozenset()) - set(self.procedures)):
                known = f"a name from the section procedures{suggest(led, self.procedures)}"
                table.problem(("triggers", name, "yields_to"), f"found {led!r}, expected {known}")

    @property
    def dispositions(self) -> Mapping[str, str]:
        """The code that a matter is closed as, by intent. They stood in `voice` before every channel had them."""
        return self.wrap_up.dispositions or self.voice.dispositions

    def known_of(self, customer: Customer) -> str:
        """What the profile says in `known_fields`, of which `tier` may be one."""
        fields = {"tier": customer.tier, **customer.attributes}
        return "\n".join(fields[name] for name in self.known_fields if fields.get(name))

    def under(self, arms: Mapping[str, Arm]) -> Self:
        """What it says to somebody in these arms of its experiments."""
        found = self
        for name, experiment in self.experiments.items():
            if experiment.varies is Varies.POLICY and arms.get(name) is Arm.TREATED:
                changed: dict[str, Any] = dict(experiment.change.values)
                found = replace(found, **changed)
        return found

    def owner_of(self, intent: str) -> OwnerRow:
        return self.owners.get(intent, self.default_owner)

    def automatic_from(self, intent: str) -> float:
        """The confidence from which a draft about the intent may be sent by itself: what the policy asks for, and never
        less than what was measured to be wrong as rarely as `at_most_wrong` says."""
        rarely = next(least for share, least in MEASURED if share <= self.at_most_wrong)
        return max(rarely, self.intent_confidence.get(intent, self.confidence_automatic))

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
