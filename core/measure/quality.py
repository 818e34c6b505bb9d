"""How good a conversation was, from what is stored of it: part by part, each with its cause and the messages it rests
on. What cannot be told stays unknown: an agent's own words are judged by nobody here but for what they ask again."""

from collections.abc import Iterable, Iterator, Sequence

from core.measure.reasked import after_a_change, list_reasked
from core.measure.statistics import Interval, Share, kappa
from core.model.conversation import Conversation, Message, Role
from core.model.decision import Action, Decision
from core.model.draft import Draft, DraftState, SentenceKind, Severity
from core.model.ids import DraftId, MessageId
from core.model.quality import Ground, Part, Quality, Review, Score, Scored
from core.ports import Unit

OF_TONE = frozenset(
    {"restricted_words", "long_sentence", "shouting", "emoji", "slang", "blame", "forbidden_phrase", "missing_phrase"}
)
LEFT_AS_IT_WAS = frozenset({DraftState.SENT, DraftState.USED})
Sent = tuple[Draft, MessageId]  # a draft whose words reached the customer unchanged, and what it answers


def quality_of(unit: Unit, conversation: Conversation) -> Quality:
    decisions = unit.decisions.of_conversation(conversation.id)
    messages = unit.conversations.messages(conversation.id)
    return score(conversation, messages, decisions, states_of(unit, decisions))


def states_of(unit: Unit, decisions: Sequence[Decision]) -> dict[DraftId, DraftState]:
    """What became of each draft."""
    states = ((d.draft.id, unit.decisions.draft_state(d.draft.id)) for d in decisions if d.draft is not None)
    return {name: state for name, state in states if state is not None}


def score(
    conversation: Conversation,
    messages: Sequence[Message],
    decisions: Sequence[Decision],
    states: dict[DraftId, DraftState],
) -> Quality:
    """`messages` and `decisions` oldest first; `states` say what became of each draft."""
    sent = [(d.draft, d.about) for d in decisions if d.draft is not None and states.get(d.draft.id) in LEFT_AS_IT_WAS]
    parts = (
        _scored(Part.GROUNDED, list(_unproved(sent)), [about for draft, about in sent if draft.states]),
        _complete(conversation, messages, sent),
        _scored(Part.TONE, list(_found(sent, tone=True)), [about for _, about in sent]),
        _scored(Part.POLICY, list(_found(sent, tone=False)), [about for _, about in sent]),
        _handoff(messages, decisions),
    )
    return Quality(conversation_id=conversation.id, at=conversation.updated_at, parts=parts)


def _scored(part: Part, faults: Sequence[Ground], looked_at: Sequence[MessageId]) -> Scored:
    if faults:
        return Scored(part=part, score=Score.FAULTY, grounds=tuple(faults))
    if not looked_at:
        nothing = Ground(what="No draft of ours reached the customer as it was.")
        return Scored(part=part, score=Score.UNKNOWN, grounds=(nothing,))
    proofs = tuple(Ground(what="The answer to this message has no fault.", message_id=about) for about in looked_at)
    return Scored(part=part, score=Score.GOOD, grounds=proofs)


def _unproved(sent: Iterable[Sent]) -> Iterator[Ground]:
    for draft, about in sent:
        for sentence in draft.sentences:
            if sentence.kind is not SentenceKind.COURTESY and not (sentence.citation or sentence.record):
                yield Ground(what=f"“{sentence.text}” has no source.", message_id=about)
        for finding in draft.findings:
            if finding.rule == "unsupported_claim":
                yield Ground(what=finding.text, message_id=about)


def _found(sent: Iterable[Sent], *, tone: bool) -> Iterator[Ground]:
    """Of the style card every finding counts, of the rules those that block."""
    for draft, about in sent:
        for finding in draft.findings:
            counts = tone or finding.severity is Severity.BLOCK
            if (finding.rule in OF_TONE) is tone and counts and finding.rule != "unsupported_claim":
                yield Ground(what=finding.text, message_id=about)


def _complete(conversation: Conversation, messages: Sequence[Message], sent: Sequence[Sent]) -> Scored:
    """A part that an answer left open counts unless a person said something after it; nobody reads whether they
    answered just that. A customer who still waits for a word, in a conversation that is closed, was not answered."""
    spoke = [m for m in messages if m.public and m.role in (Role.AGENT, Role.ASSISTANT)]
    asked = {m.id: m for m in messages if m.role is Role.CUSTOMER}
    faults, covered = [], []
    for draft, about in sent:
        later = any(m.role is Role.AGENT and about in asked and m.at > asked[about].at for m in spoke)
        if draft.unknown and not later:
            faults += [Ground(what=f"“{part}” was not answered.", message_id=about) for part in draft.unknown]
        if not draft.unknown and draft.states:
            covered.append(about)
    if asked and not conversation.open and not spoke:
        faults.append(Ground(what="It was closed without a word to the customer.", message_id=next(iter(asked))))
    return _scored(Part.COMPLETE, faults, covered)


def _handoff(messages: Sequence[Message], decisions: Sequence[Decision]) -> Scored:
    handed = [d for d in decisions if d.disposition.action is Action.HANDOFF]
    if not handed:
        nothing = Ground(what="It was handed to nobody.")
        return Scored(part=Part.HANDOFF, score=Score.UNKNOWN, grounds=(nothing,))
    faults = [
        Ground(what=f"“{again.question}” asks for the {again.thing}, told before.", message_id=again.asked_in)
        for again in after_a_change(list_reasked(messages))
    ]
    faults += [Ground(what="It was handed over without a card.", message_id=d.about) for d in handed if not d.handoff]
    return _scored(Part.HANDOFF, faults, [d.about for d in handed])


# ------------------------------------------------------------------
# How far people agree with the score.


def agreement(reviews: Sequence[Review], part: Part) -> tuple[Share, Interval | None]:
    """The share of reviews that agree, and Cohen's kappa, which leaves out what chance agrees on."""
    mine = [review for review in reviews if review.part is part]
    agreed = Share(hits=sum(review.agrees for review in mine), cases=len(mine))
    return agreed, kappa((review.score.value, review.said.value) for review in mine)
