"""What agents said that messages were about, where the policy wants that only proposed: their messages as examples of
an intent, for a person to accept or refuse."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.model.ids import derive_id
from core.model.lesson import Cause, Evidence, Proposal, ProposalKind, ProposalState
from core.model.outbound import digest
from core.model.signals import OUT_OF_SCOPE, Correction
from core.policy import Policy
from core.policy.learning import Corrected
from core.ports import Unit
from core.read.corrections import keep, messages_of

FEWEST = 3  # messages of an intent


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtIntents:
    """One of `core.improve.find.Further`. `labels` are the company's intents by name."""

    policy: Callable[[], Policy]
    labels: Callable[[], Mapping[str, str]]

    def __call__(self, unit: Unit, now: datetime) -> list[Proposal]:
        rules = self.policy().learning
        if rules.corrections is not Corrected.PROPOSE:
            return []
        decided = [each for each in unit.proposals.listed() if each.state is not ProposalState.OPEN]
        settled = {message for each in decided for message in messages_of(each)}
        of: defaultdict[str, dict[str, Correction]] = defaultdict(dict)
        for one in keep(unit.corrections.all(), rules, now):
            if one.intent != OUT_OF_SCOPE and one.text.strip() and one.message_id not in settled:
                of[one.intent].setdefault(one.text, one)
        labels = self.labels()
        return [
            _propose(unit, intent, labels[intent], list(texts.values()), now)
            for intent, texts in of.items()
            if intent in labels and len(texts) >= FEWEST
        ]


def _propose(unit: Unit, intent: str, label: str, said: Sequence[Correction], now: datetime) -> Proposal:
    evidence = [each for one in said if (each := _evidence(unit, one)) is not None]
    # The next ones, after these were decided on, are another proposal.
    first = min(said, key=lambda one: one.serial).message_id
    key = digest({"kind": ProposalKind.INTENT_EXAMPLES, "intent": intent, "first": first})[:24]
    return Proposal(
        id=str(derive_id("pr", key)),
        key=key,
        kind=ProposalKind.INTENT_EXAMPLES,
        cause=Cause.READING,
        title=f"Read messages like these {len(said)} as “{label}”",
        says="",
        change={"examples": {"intent": intent, "messages": [one.message_id for one in said]}, "about": [key, ""]},
        matters=len(said),
        agents=len({one.by for one in said}),
        customers=len({each.customer_id for each in evidence}),
        could=len(said),
        words=0,
        found_at=now,
        evidence=evidence,
    )


def _evidence(unit: Unit, one: Correction) -> Evidence | None:
    conversation = unit.conversations.get(one.conversation_id)
    if conversation is None:
        return None
    return Evidence(
        conversation_id=one.conversation_id,
        customer_id=conversation.customer_id,
        ticket_id=conversation.ticket_id or "",
        agent=one.by,
        at=one.at,
        before="",
        after=one.text,
    )
