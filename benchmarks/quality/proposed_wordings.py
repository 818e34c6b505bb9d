"""Whether proposed wordings of triggers are right: a month in which agents say what was no alarm, and what was one.

A team takes what some intents of the set are about, so that each message's alarm is known. What is proposed is held
against messages that no proposal was made from.
"""

import random
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from apps.bootstrap import OfflineContainer
from apps.bootstrap.policies import candidate
from apps.evaluate.report import Score
from apps.evaluate.statistics import fold_of, share
from benchmarks.quality.intents import BANKING77, CLINC150, DRAWS, Pair, read_pairs
from benchmarks.quality.month import AGENTS, ANSWERED_AFTER, BEGIN, MONTH, add_case, case_of
from benchmarks.quality.retrieval import OURS
from benchmarks.quality.sources import Sources
from core.assist.agent_actions import AgentActions, HandBack, HandBackWay
from core.decide.wordings import count_wordings
from core.improve.alarms import RULE, TriggerWordings
from core.measure.statistics import Interval
from core.model.conversation import CaseContext
from core.model.decision import Decision
from core.model.ids import EffectId, EventId, derive_id
from core.model.lesson import Proposal, ProposalKind
from core.policy import Policy, Trigger

MESSAGES = 1_000
Alarms = Mapping[str, frozenset[str]]  # by trigger, the intents that it is to fire on
SAYS = 0.5  # how often an agent who sees a false alarm, or a missed one, says so
SLIPS = 0.02  # how often an agent takes a right one for wrong
POLICY = """version: 1
owners:
  default: {owner: assistant, group: Customer care, tier: 0}
triggers:
  fraud: {group: Fraud, tier: 2, first: true}
  account_lockout: {group: Access, tier: 1}
alerts: {channel: "#alerts"}
"""
# What the teams of POLICY take, by the names of the sets' intents.
ALARMS: Mapping[str, Alarms] = {
    BANKING77: {
        "fraud": frozenset({
            "card_payment_not_recognised", "cash_withdrawal_not_recognised", "compromised_card",
            "direct_debit_payment_not_recognised", "lost_or_stolen_card", "lost_or_stolen_phone",
        }),
        "account_lockout": frozenset({"passcode_forgotten", "pin_blocked"}),
    },
    CLINC150: {
        "fraud": frozenset({"report_fraud", "report_lost_card", "freeze_account"}),
        "account_lockout": frozenset({"account_blocked"}),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A message, what it means, and what was decided of it."""

    case: CaseContext
    decision: Decision
    meant: str

    @property
    def heard(self) -> str:
        """The trigger because of which it was handed over; "" where there is none."""
        handed_over, rule = self.decision.handoff is not None, self.decision.disposition.rule
        return rule.removeprefix(RULE) if handed_over and rule.startswith(RULE) else ""

    def wanted(self, alarms: Alarms) -> str:
        return next((name for name, intents in alarms.items() if self.meant in intents), "")

    def fires(self, triggers: Mapping[str, Trigger], name: str) -> bool:
        found = count_wordings(self.decision.signals, self.case.timeline[0].text, triggers).risk(name)
        return found is not None and found.confidence >= triggers[name].threshold


@dataclass(slots=True)
class Found:
    """Of several months. `changed` has, for each alarm of an unseen message that is another with all proposals, whether
    it is right now; `heard` and `false` each have the alarms before, and with all proposals."""

    right: defaultdict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    changed: list[bool] = field(default_factory=list)
    heard: tuple[list[bool], list[bool]] = field(default_factory=lambda: ([], []))
    false: tuple[list[bool], list[bool]] = field(default_factory=lambda: ([], []))


def measure_banking77(sources: Sources) -> list[Score]:
    """The month is of the rows of `train` with md5(text) % 5 = 0, the unseen messages are those with 1."""
    rows = read_pairs(sources.tuning(BANKING77, "train*"))
    written, unseen = ([row for row in rows if fold_of(row[0]) == fold] for fold in (0, 1))
    return _measured(sources, BANKING77, written, unseen, MESSAGES)


def measure_clinc150(sources: Sources) -> list[Score]:
    """The month is of all rows of `val`, the unseen messages are those of `train` with md5(text) % 5 = 0."""
    unseen, written = (read_pairs(sources.tuning(CLINC150, f"{part}*")) for part in ("train", "val"))
    return _measured(sources, CLINC150, written, [row for row in unseen if fold_of(row[0]) == 0], len(written))


def _measured(
    sources: Sources, name: str, written: Sequence[Pair], unseen: Sequence[Pair], messages: int
) -> list[Score]:
    policy, alarms, found = candidate(POLICY).policy, ALARMS[name], Found()
    read, others = (_read(sources.cache, policy, sorted(rows)) for rows in (written, unseen))
    for seed in DRAWS:
        chance = random.Random(seed)
        drawn = chance.sample(read, min(messages, len(read)))
        judge(play(policy, drawn, alarms, chance), policy.triggers, others, alarms, found)
    figures = {f"{kind}, right": values for kind, values in found.right.items()}
    figures["changed alarms of unseen messages, right"] = found.changed
    for what, pair in (("heard", found.heard), ("false", found.false)):
        figures |= {
            f"alarms of unseen messages, {what} {when}": values
            for when, values in zip(("before", "with all proposals"), pair, strict=True)
        }
    part = f"{len(DRAWS)} months of {min(messages, len(read))} messages"
    return [_score(name, figure, values, part) for figure, values in figures.items() if values]


def _score(name: str, figure: str, values: Sequence[bool], part: str) -> Score:
    told = share(values)
    value = told.value or 0.0
    return Score(
        set=f"{name}, wordings",
        figure=figure,
        system=OURS,
        value=value,
        cases=told.cases,
        interval=Interval(value=value, low=told.low, high=told.high),
        part=part,
        at_most=", false " in figure,
    )


def _read(cache: Path, policy: Policy, rows: Sequence[Pair]) -> list[Read]:
    with tempfile.TemporaryDirectory(prefix="handrail-wordings-") as folder:
        container = OfflineContainer(folder=Path(folder), cache=cache, policy=policy)
        return [
            Read(
                case=(case := case_of(place, len(rows), text)),
                decision=container.evaluator.decide(EventId(derive_id("ev", "wordings", str(place))), case),
                meant=intent,
            )
            for place, (text, intent) in enumerate(rows)
        ]


# ------------------------------------------------------------------ played


class _NoQueue:
    """A publisher that nobody listens to: nothing of the month goes to anybody."""

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None: ...

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None: ...

    def statuses(self) -> None: ...

    def campaigns(self) -> None: ...


def play(
    policy: Policy, messages: Iterable[Read], alarms: Alarms, chance: random.Random, says: float = SAYS
) -> list[Proposal]:
    """Every message is answered by an agent, who may give back what is no alarm, and pass on what is one: a share
    `says` of what they see is wrong."""
    with tempfile.TemporaryDirectory(prefix="handrail-wordings-") as folder:
        store = OfflineContainer(folder=Path(folder), cache=Path(folder), policy=policy).store
        acting = AgentActions(store=store, publisher=_NoQueue(), policy=policy)
        for each in messages:
            with store.begin() as unit:
                add_case(unit, each.case)
                unit.decisions.add(each.decision)
            _speak(acting, each, alarms, chance, says)
        with store.read() as unit:
            # Each team has one trigger: there is nothing to choose.
            return TriggerWordings(policy=lambda: policy, likely=lambda _: {})(unit, BEGIN + MONTH)


def _speak(acting: AgentActions, each: Read, alarms: Alarms, chance: random.Random, says: float) -> None:
    agent, at = f"agent {chance.randrange(AGENTS)}", each.case.now + ANSWERED_AFTER
    wanted, heard = each.wanted(alarms), each.heard
    speaks = chance.random() < (says if heard != wanted else SLIPS)
    ticket = each.case.conversation.ticket_id
    if not speaks or ticket is None:
        return
    if heard:
        acting.hand_back(ticket, HandBack(how=HandBackWay.GO_ON, agent=agent, agent_id=agent), at)
    else:
        group = acting.policy.triggers[wanted or chance.choice(sorted(alarms))].group
        acting.escalate(ticket, group, "", agent, at)


# ------------------------------------------------------------------ judged


def judge(
    proposals: Sequence[Proposal],
    triggers: Mapping[str, Trigger],
    unseen: Sequence[Read],
    alarms: Alarms,
    found: Found,
) -> None:
    """A proposal is right where more than half of the alarms that it changes are right after it; not where it changes
    none. What two change counts once."""
    for proposal in proposals:
        after = list(_changes(unseen, triggers, _with(triggers, [proposal]), alarms))
        found.right[proposal.kind].append(sum(after) > len(after) / 2)
    changed = _with(triggers, proposals)
    found.changed += _changes(unseen, triggers, changed, alarms)
    for when, those in enumerate((triggers, changed)):
        for each in unseen:
            for name, intents in alarms.items():
                part = found.heard if each.meant in intents else found.false
                part[when].append(each.fires(those, name))


def _with(triggers: Mapping[str, Trigger], proposals: Iterable[Proposal]) -> dict[str, Trigger]:
    found = dict(triggers)
    for proposal in proposals:
        trigger = found[proposal.change["trigger"]["name"]]
        if proposal.kind is ProposalKind.TRIGGER_MISSED:
            trigger = replace(trigger, words=(*trigger.words, proposal.says))
        else:
            trigger = replace(trigger, unless=(*trigger.unless, proposal.says))
        found[proposal.change["trigger"]["name"]] = trigger
    return found


def _changes(
    unseen: Iterable[Read], before: Mapping[str, Trigger], after: Mapping[str, Trigger], alarms: Alarms
) -> Iterator[bool]:
    """Whether it is right after it, for each alarm that is not as before."""
    for each in unseen:
        for name, intents in alarms.items():
            fires = each.fires(after, name)
            if fires != each.fires(before, name):
                yield fires == (each.meant in intents)
