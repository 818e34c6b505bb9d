"""Stored decisions taken again under another policy, from what each of them found.

Nothing is read anew and nothing is sent: what may come out otherwise is who acts, not what the draft says.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.answer.answer import Answered
from core.decide.evaluation import case_then, conclude
from core.decide.wordings import count_wordings
from core.model.conversation import CaseContext
from core.model.decision import Action, Decision, Disposition, Progress
from core.model.ids import ConversationId, TicketId
from core.model.profile import Proving
from core.policy import Policy
from core.ports import Unit
from core.procedure.run import version_of
from core.procedure.verify_identity import COMPOSER as PROVING
from core.read.turn_input import customer_words

EVERYTHING = 1_000_000  # messages of one conversation

NOT_STORED = "what it found was not stored, or a message is gone"
NO_POLICY = "the policy that decided is not stored, or cannot be read"
NOT_THE_SAME = "under the policy that decided it does not come out as it did"
OTHER_PROCEDURE = "a procedure led it, or would lead it, that is not the same under both policies"

WORDS: Mapping[Action, str] = {
    Action.AUTO_REPLY: "automatic",
    Action.HANDOFF: "person",
    Action.SUGGEST: "draft for an agent",
    Action.SILENT: "silent",
}

PolicyOf = Callable[[str], Policy | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A stored decision with what it found. `case`: None where that is not known any more; `led` is the procedure that
    said what comes next, None where none did."""

    decision: Decision
    case: CaseContext | None
    ticket_id: TicketId | None = None
    led: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One decision under two policies."""

    of: Remembered
    before: Disposition
    after: Disposition

    @property
    def flips(self) -> bool:
        return _outcome(self.before) != _outcome(self.after)

    @property
    def kind(self) -> str:
        """Such as `automatic → person`."""
        before, after = self.before, self.after
        if before.action is not after.action:
            return f"{WORDS[before.action]} → {WORDS[after.action]}"
        if before.owner != after.owner:
            return f"{before.owner.name or before.owner.kind} → {after.owner.name or after.owner.kind}"
        return "tier, alert or place in the queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`unfaithful` says why, and how often, a decision could not be taken again as it was: those are in no other
    figure, for nobody knows what would have become of them."""

    replayed: Sequence[Replayed]
    unfaithful: Mapping[str, int]

    @property
    def flips(self) -> list[Replayed]:
        return [each for each in self.replayed if each.flips]

    @property
    def by_other_rule(self) -> int:
        """How many come to the same by another rule."""
        return sum(not each.flips and each.before.rule != each.after.rule for each in self.replayed)

    @property
    def kinds(self) -> Mapping[str, int]:
        """How often each kind of flip, the most frequent first."""
        return dict(Counter(each.kind for each in self.flips).most_common())


def compare(decisions: Iterable[Remembered], in_force: Policy, new: Policy, policy_of: PolicyOf) -> Comparison:
    """Take the decisions again under both policies. `policy_of` gives the policy of a version, as it was stored.

    A decision counts only when it comes out as it did under the very policy that took it."""
    replayed: list[Replayed] = []
    unfaithful: Counter[str] = Counter()
    for each in decisions:
        doubt = unfaithfulness(each, policy_of) or _by_another_procedure(each, policy_of, (in_force, new))
        if doubt:
            unfaithful[doubt] += 1
        else:
            before, after = (again(each, policy) for policy in (in_force, new))
            replayed.append(Replayed(of=each, before=before, after=after))
    return Comparison(replayed=replayed, unfaithful=dict(unfaithful))


def unfaithfulness(remembered: Remembered, policy_of: PolicyOf) -> str:
    """Why the decision cannot be taken again as it was; empty where it can."""
    if remembered.case is None:
        return NOT_STORED
    policy = policy_of(remembered.decision.policy_version)
    if policy is None:
        return NO_POLICY
    made, stored = again(remembered, policy), remembered.decision.disposition
    same = (made.rule, *_outcome(made)) == (stored.rule, *_outcome(stored))
    return "" if same else NOT_THE_SAME


def again(remembered: Remembered, policy: Policy) -> Disposition:
    """What the policy says to the case, the signals and the draft of a decision whose case is known."""
    decision = remembered.decision
    assert remembered.case is not None  # noqa: S101 - the caller has looked
    answered = Answered(draft=decision.draft, abstained=decision.abstained)
    # What was proved then is not known any more; what was decided says that it was enough.
    proved = decision.draft is None or decision.draft.composer != PROVING
    case = replace(remembered.case, proving=Proving(assumed=proved))
    theirs = policy.under(case.arms)
    signals = count_wordings(decision.signals, customer_words(case), theirs.triggers)
    return conclude(case, signals, theirs, answered, remembered.led).disposition


def _by_another_procedure(remembered: Remembered, policy_of: PolicyOf, others: Sequence[Policy]) -> str:
    """A procedure's next words depend on all its steps. Where another policy has other steps, or a procedure that
    could begin here, nobody knows what it would have said."""
    decided = policy_of(remembered.decision.policy_version)
    had = _procedures(decided, remembered) if decided else {}
    return OTHER_PROCEDURE if any(_procedures(policy, remembered) != had for policy in others) else ""


def _procedures(policy: Policy, remembered: Remembered) -> Mapping[str, str]:
    """Those that lead the turn, or that are for what the customer wants, with the hash of their steps."""
    wanted = {intent.value for intent in remembered.decision.signals.intents}
    led = remembered.led.procedure if remembered.led else None
    return {
        name: version_of(procedure)
        for name, procedure in policy.procedures.items()
        if name == led or wanted & procedure.intents
    }


def last_decisions(unit: Unit, conversations: int) -> Iterator[Remembered]:
    """Every decision of the conversations that were decided about last."""
    for conversation_id in unit.decisions.last_decided(conversations):
        yield from decisions_of(unit, conversation_id)


def decisions_of(unit: Unit, conversation_id: ConversationId) -> Iterator[Remembered]:
    """Oldest first."""
    conversation = unit.conversations.get(conversation_id)
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    messages = unit.conversations.messages(conversation_id, EVERYTHING)
    before: Progress | None = None
    for decision in unit.decisions.of_conversation(conversation_id):
        case = case_then(decision, customer, conversation, messages) if customer and conversation else None
        # A decision keeps how far the procedure has come; it led the turn in which it came further.
        led = decision.procedure if decision.procedure != before else None
        before = decision.procedure
        ticket_id = conversation.ticket_id if conversation else None
        yield Remembered(decision=decision, case=case, ticket_id=ticket_id, led=led)


def _outcome(made: Disposition) -> tuple[object, ...]:
    return (made.action, made.owner, made.tier, made.alert, made.first)
