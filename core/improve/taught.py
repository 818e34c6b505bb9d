"""What agents said that messages were about, where the policy wants that only proposed: their messages as examples of
an intent, for a person to accept or refuse."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.measure.replay import decisions_of
from core.model.ids import MessageId, derive_id
from core.model.lesson import Cause, Evidence, Proposal, ProposalKind, ProposalState
from core.model.outbound import digest
from core.model.signals import OUT_OF_SCOPE, Correction
from core.policy import Policy
from core.policy.learning import Corrected
from core.ports import IntentReader, Unit
from core.read.corrections import keep, messages_of
from core.read.course import wants_something
from core.read.turn_input import customer_words

FEWEST = 3  # messages of an intent
LATEST = 200  # matters whose first messages are read once more


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtIntents:
    """One of `core.improve.find.Further`. `labels` are the company's intents by name; `reading` reads them under given
    corrections and no others."""

    policy: Callable[[], Policy]
    labels: Callable[[], Mapping[str, str]]
    reading: Callable[[Sequence[Correction]], IntentReader]

    def __call__(self, unit: Unit, now: datetime) -> list[Proposal]:
        rules = self.policy().learning
        if rules.corrections is not Corrected.PROPOSE:
            return []
        every = unit.corrections.all()
        decided = [each for each in unit.proposals.listed() if each.state is not ProposalState.OPEN]
        accepted = {m for each in decided if each.state is ProposalState.ACCEPTED for m in messages_of(each)}
        settled = {message for each in decided for message in messages_of(each)}
        of: defaultdict[str, dict[str, Correction]] = defaultdict(dict)
        for one in keep(every, rules, now):
            if one.intent != OUT_OF_SCOPE and one.text.strip() and one.message_id not in settled:
                of[one.intent].setdefault(one.text, one)
        labels = self.labels()
        found = {name: [*texts.values()] for name, texts in of.items() if name in labels and len(texts) >= FEWEST}
        if not found:
            return []
        counting = keep((one for one in every if one.message_id in accepted), rules, now)
        replay = Replay(
            latest=_latest(unit),
            said={one.message_id: one.intent for one in every},
            sure_from=self.policy().confidence_intent,
            before=self.reading(counting),
        )
        return [
            replace(
                _propose(unit, intent, labels[intent], said, now),
                replayed=replay.effect(self.reading([*counting, *said]), {one.message_id for one in said}),
            )
            for intent, said in found.items()
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The first messages of the last matters, read once more. `said` is what agents said that messages are about."""

    latest: Mapping[MessageId, str]
    said: Mapping[MessageId, str]
    sure_from: float
    before: IntentReader

    def effect(self, after: IntentReader, examples: Collection[MessageId]) -> str:
        """What reading by `after` changes in messages other than its own `examples`."""
        others = {name: text for name, text in self.latest.items() if name not in examples}
        read = {name: (self._read(self.before, text), self._read(after, text)) for name, text in others.items()}
        changed = {name: now for name, (then, now) in read.items() if then != now}
        right = sum(self.said.get(name) == now for name, now in changed.items())
        wrong = sum(self.said.get(name) == read[name][0] for name in changed)
        return (
            f"reads {len(changed)} of your last {len(others)} other messages otherwise: {right} of them as an agent "
            f"said, {wrong} against what an agent said"
        )

    def _read(self, reader: IntentReader, text: str) -> str:
        first = next(iter(reader.intents(text)), None)
        return first.value if first is not None and first.confidence >= self.sure_from else OUT_OF_SCOPE


def _latest(unit: Unit) -> dict[MessageId, str]:
    found: dict[MessageId, str] = {}
    for conversation_id in unit.decisions.last_decided(LATEST):
        first = next(iter(decisions_of(unit, conversation_id)), None)
        text = customer_words(first.case) if first is not None and first.case is not None else ""
        if first is not None and first.decision.about and wants_something(text):
            found[first.decision.about] = text
    return found


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
