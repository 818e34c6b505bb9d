"""The outcome of one matter, from all that is stored of it: pure. `docs/measures.md` defines every field.

What is not known is None and counts nowhere. Nothing of a matter that another one would change is decided here: whether
the customer came back with the same in another conversation is seen by the roll-up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.decide.silence import ABOUT_NOTHING, BADLY_RATED
from core.measure.reasked import list_reasked
from core.model.call import Call
from core.model.conversation import Conversation, Message, MessageKind, Role
from core.model.cost import MICRO
from core.model.customer import TEXTED
from core.model.decision import Action, Decision
from core.model.draft import DraftState, SentenceKind
from core.model.ids import DraftId
from core.model.matter import Automation, Matter
from core.model.outbound import EffectState, OutboxRow
from core.model.signals import COURTESY, GREETING, HUMAN_REQUEST, NO_INTENT, Correction
from core.read.non_requests import GOOD

LONGEST_REPLY = timedelta(minutes=20)  # of one agent's work on one answer: a longer wait was not all work
FALLEN = -0.25  # a mood from here down is a bad one
SHORTEST_FACT = 2  # characters of a value that can be found again in words
THANKED = "nothing_asked"  # the rule that met thanks or a greeting and nothing else
TAKEN = frozenset({DraftState.USED, DraftState.EDITED, DraftState.SENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that is stored of one matter: messages, decisions and effects oldest first, `states` by draft."""

    conversation: Conversation
    messages: Sequence[Message]
    decisions: Sequence[Decision] = ()
    states: Mapping[DraftId, DraftState] = field(default_factory=dict)
    corrections: Sequence[Correction] = ()
    effects: Sequence[OutboxRow] = ()
    calls: Sequence[Call] = ()
    sure_from: float = 0.5


def outcome_of(record: Record) -> Matter | None:
    """None where the customer has not said a word: what we wrote and nobody answered is no matter."""
    asked = [m for m in record.messages if m.role is Role.CUSTOMER and m.public and m.kind is MessageKind.WORDS]
    if not asked:
        return None
    conversation, decisions = record.conversation, _about_something(record.decisions)
    answers = list(_answers(record.messages, record.decisions, asked[0]))
    handed = [d for d in decisions if d.disposition.action is Action.HANDOFF]
    by_agents = [m for m in answers if m.role is Role.AGENT]
    first, last = next(iter(answers), None), record.decisions[-1] if record.decisions else None
    closed_at = None if conversation.open else conversation.solved_at
    contained = None if closed_at is None else bool(answers) and not by_agents and not handed
    drafts = [record.states[d.draft.id] for d in record.decisions if d.draft and d.draft.id in record.states]
    known, used = _facts(record)
    moods = [d.signals.mood for d in decisions]
    intent, corrected = _intent(record, decisions)
    return Matter(
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        began_at=asked[0].at,
        tier=next((d.circumstances.tier for d in decisions if d.circumstances), ""),
        channel=asked[0].channel.value,
        intent=intent,
        automation=_automation(answers),
        language=next((d.signals.language.value for d in decisions if d.signals.language.confidence), ""),
        group=_group(conversation, handed),
        brand=conversation.brand,
        agent=by_agents[-1].author if by_agents else "",
        rule=(handed or decisions or [last])[0].disposition.rule if last else "",
        answered_after=round((first.at - asked[0].at).total_seconds()) if first else None,
        answered_by=first.role.value if first else "",
        handled=_handled(record, by_agents),
        drafting=round(sum(sum(d.timings.values()) for d in record.decisions)),
        closed_at=closed_at,
        contained=contained,
        verified=_verified(record, answers) if contained else None,
        reopened=_reopened(decisions),
        handovers=len(handed),
        handover_rule=handed[0].disposition.rule if handed else "",
        transfers=_transfers(by_agents, handed),
        bypassed=_bypassed(decisions, answers),
        customer_messages=len(asked),
        assistant_messages=sum(m.role is Role.ASSISTANT for m in answers),
        agent_messages=len(by_agents),
        reasked=len(list_reasked(record.messages)),
        repeated=sum(d.signals.risk("repeated_question") is not None for d in decisions),
        drafts_used=drafts.count(DraftState.USED),
        drafts_edited=drafts.count(DraftState.EDITED),
        drafts_ignored=drafts.count(DraftState.IGNORED),
        drafts_sent=drafts.count(DraftState.SENT),
        facts_known=known,
        facts_used=used,
        corrected=corrected,
        mood_start=moods[0] if moods else None,
        mood_lowest=min(moods, default=None),
        mood_end=moods[-1] if moods else None,
        # Of a single turn nobody can say that the mood came back.
        recovered=moods[-1] > FALLEN if len(moods) > 1 and min(moods[:-1]) <= FALLEN else None,
        satisfied=_satisfied(conversation),
        rating=conversation.rating,
        recommends=conversation.recommends,
        likely_dissatisfied=_likely_dissatisfied(decisions),
        cost=sum(round(c.amount * MICRO) for d in record.decisions for c in d.costs),
        currency=next((c.currency for d in record.decisions for c in d.costs), ""),
        texts=sum(_is_text(row) for row in record.effects),
    )


def _about_something(decisions: Sequence[Decision]) -> list[Decision]:
    """Without turns that asked for nothing: thanks, ratings, machines."""
    settled = ABOUT_NOTHING | {BADLY_RATED, THANKED}
    return [d for d in decisions if d.disposition.rule not in settled]


def _answers(messages: Sequence[Message], decisions: Sequence[Decision], asked: Message) -> Iterator[Message]:
    """What was said to the customer after they asked. That a person takes over is no answer."""
    for message in messages:
        ours = message.role in (Role.AGENT, Role.ASSISTANT) and message.public and message.kind is MessageKind.WORDS
        if ours and message.at >= asked.at and not _is_notice(message, decisions):
            yield message


def _is_notice(message: Message, decisions: Sequence[Decision]) -> bool:
    before = [d for d in decisions if d.at <= message.at]
    return message.role is Role.ASSISTANT and bool(before) and before[-1].disposition.action is Action.HANDOFF


def _automation(answers: Sequence[Message]) -> Automation:
    roles = {message.role for message in answers}
    if roles == {Role.ASSISTANT}:
        return Automation.ASSISTANT
    if roles == {Role.AGENT}:
        return Automation.AGENT
    return Automation.BOTH if roles else Automation.NOBODY


def _intent(record: Record, decisions: Sequence[Decision]) -> tuple[str, bool]:
    """The first that was recognised, as an agent corrected it; whether one did."""
    for decision in decisions:
        read = decision.signals.intent
        right = next((c.intent for c in reversed(record.corrections) if c.message_id == decision.about), None)
        if right is not None:
            return right, right != read.value
        if read is not NO_INTENT and read.value != NO_INTENT.value and read.confidence >= record.sure_from:
            return read.value, False
    return "", False


def _group(conversation: Conversation, handed: Sequence[Decision]) -> str:
    """The team that had it last, as far as anybody knows."""
    routed = [d.routed.group for d in handed if d.routed] or [d.handoff.group for d in handed if d.handoff]
    return conversation.owner_group or (routed[-1] if routed else "")


def _handled(record: Record, by_agents: Sequence[Message]) -> int | None:
    """Seconds of people: from the customer's last words, or the agent's own, to each answer, capped; calls whole.
    None where no person has worked on it."""
    spoken = [(c.accepted_at, c.ended_at) for c in record.calls if c.accepted_at and c.ended_at]
    if not by_agents and not spoken:
        return None
    public = [m for m in record.messages if m.public and m.role in (Role.CUSTOMER, Role.AGENT)]
    total = sum(((ended - accepted) for accepted, ended in spoken), timedelta())
    for answer in by_agents:
        before = [m.at for m in public if m.at < answer.at]
        total += min(LONGEST_REPLY, answer.at - before[-1]) if before else timedelta()
    return round(total.total_seconds())


def _verified(record: Record, answers: Sequence[Message]) -> bool | None:
    """What the customer said of it: thanks or a good rating after the last answer, or a bad one. None: nothing."""
    satisfied = _satisfied(record.conversation)
    if satisfied is not None:
        return satisfied
    after = [d for d in record.decisions if d.disposition.rule == THANKED and d.at >= answers[-1].at]
    greets = {d.id for d in after if (fact := d.signals.fact(COURTESY)) is not None and fact.label == GREETING}
    return True if any(d.id not in greets for d in after) else None


def _satisfied(conversation: Conversation) -> bool | None:
    if conversation.rating is not None:
        return conversation.rating >= GOOD
    return {"good": True, "bad": False}.get(conversation.satisfaction)


def _reopened(decisions: Sequence[Decision]) -> int:
    """How often it was written on after it had been closed: each decision remembers the closing before it."""
    return len({d.circumstances.solved_at for d in decisions if d.circumstances and d.circumstances.solved_at})


def _transfers(by_agents: Sequence[Message], handed: Sequence[Decision]) -> int:
    """From person to person, and from team to team."""
    people = len({message.author for message in by_agents})
    teams = len({d.handoff.group for d in handed if d.handoff and d.handoff.group})
    return max(people, teams, 1) - 1


def _bypassed(decisions: Sequence[Decision], answers: Sequence[Message]) -> bool | None:
    """Whether they asked for a person before the assistant had said anything. None: it was never asked."""
    if not decisions:
        return None
    spoken: datetime | None = next((m.at for m in answers if m.role is Role.ASSISTANT), None)
    before = [d for d in decisions if spoken is None or d.at < spoken]
    return any(d.signals.risk(HUMAN_REQUEST) is not None for d in before)


def _facts(record: Record) -> tuple[int, int]:
    """How many facts about the customer were at hand, and how many of them went into what they were told."""
    said = " ".join(m.text for m in record.messages if m.role in (Role.AGENT, Role.ASSISTANT) and m.public).casefold()
    values: set[str] = set()
    for decision in record.decisions:
        card = decision.handoff.profile if decision.handoff else ()
        values |= {line.partition(": ")[2] for line in card}
        values |= set(decision.procedure.known.values()) if decision.procedure else set()
    found = {value.casefold() for value in values if len(value) >= SHORTEST_FACT}
    stated = [
        (sentence.record, record.states.get(decision.draft.id))
        for decision in record.decisions
        if decision.draft
        for sentence in decision.draft.sentences
        if sentence.kind is SentenceKind.RECORD
    ]
    records = {name for name, _ in stated}
    taken = {name for name, state in stated if state in TAKEN}
    return len(found) + len(records), sum(value in said for value in found) + len(taken)


def _likely_dissatisfied(decisions: Sequence[Decision]) -> float | None:
    fact = decisions[-1].signals.fact("low_satisfaction") if decisions else None
    return fact.amount if fact else None


def _is_text(row: OutboxRow) -> bool:
    """A message for which a carrier is paid."""
    return row.state is EffectState.SENT and row.effect.channel in TEXTED
