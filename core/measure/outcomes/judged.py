"""What people did with drafts, as votes on the articles that they rest on and as a judgement on each draft: pure.

A thumb says most, what was done with a draft less, that a source was opened least. A person's strongest word of a day
in a conversation counts. A thumb down for the tone, or for what is missing, says nothing against a source.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.measure.outcomes.outcome import Record
from core.model.decision import Action, Decision
from core.model.draft import Draft, DraftState
from core.model.ids import ArticleId, DraftId
from core.model.learning import Reaction, Sample, Vote
from core.model.matter import Matter
from core.model.signals import NO_INTENT

OPENED, ESCALATED = "opened", "escalated"
UP, DOWN = "thumb_up", "thumb_down"
# What each is worth as a vote for all that the draft cites.
WORTH: Mapping[str, float] = {
    UP: 1.0,
    DOWN: -1.0,
    DraftState.USED: 0.75,
    DraftState.EDITED: 0.5,
    DraftState.IGNORED: -0.5,
    ESCALATED: -0.5,
    OPENED: 0.25,
}
SATISFIED, DISSATISFIED = 0.75, -0.75  # a customer, with an answer that left by itself
HANDED_ON = -0.5  # a customer who needed a person after such an answer
LEFT_OUT = -0.5  # a sentence that the agent took out
NOT_THE_SOURCE = frozenset({"tone", "missing"})  # reasons of a thumb that are not about the articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    votes: Sequence[Vote]
    samples: Sequence[Sample]


NOTHING = Judged(votes=(), samples=())


def judge(record: Record, matter: Matter | None, reactions: Sequence[Reaction]) -> Judged:
    """Of one conversation, from scratch. `reactions` oldest first."""
    words: dict[str, list[_Word]] = {}  # by intent: a conversation has many decisions about one
    samples: dict[DraftId, Sample] = {}  # a draft may be decided on again
    for decision in record.decisions:
        draft, intent = decision.draft, _intent(record, decision)
        if draft is None or not intent:
            continue
        mine = [each for each in reactions if each.draft_id == draft.id]
        words.setdefault(intent, []).extend((*_by_agents(draft, mine), *_by_customer(record, matter, decision)))
        good = _good(draft, mine, record, matter)
        if good is not None and draft.cited:
            samples[draft.id] = Sample(
                draft_id=draft.id,
                conversation_id=record.conversation.id,
                intent=intent,
                confidence=draft.confidence if draft.estimated is None else draft.estimated,
                good=good,
                at=decision.at,
            )
    votes = (vote for intent, said in words.items() for vote in _strongest(record, intent, said))
    return Judged(votes=tuple(votes), samples=tuple(samples.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    voter: str
    articles: frozenset[ArticleId]
    worth: float
    at: datetime


def _intent(record: Record, decision: Decision) -> str:
    """As an agent corrected it, else as it was read; empty where neither is sure."""
    right = next((c.intent for c in reversed(record.corrections) if c.message_id == decision.about), None)
    if right is not None:
        return right
    read = decision.signals.intent
    return "" if read.value == NO_INTENT.value or read.confidence < record.sure_from else read.value


def _by_agents(draft: Draft, reactions: Sequence[Reaction]) -> Iterator[_Word]:
    every = frozenset(citation.passage.article_id for citation in draft.cited)
    for each in reactions:
        about, worth = every, WORTH.get(each.kind)
        if each.kind in (UP, DOWN):
            reasons = set(each.detail.get("reasons") or ())
            if each.kind == DOWN and reasons and reasons <= NOT_THE_SOURCE:
                continue
            about = _named(draft, each, every)
        elif each.kind == OPENED:
            about = _of_sentence(draft, each.detail.get("sentence"))
        if worth is not None and about:
            yield _Word(voter=each.agent, articles=about, worth=worth, at=each.at)
        for number in each.detail.get("left_out") or ():
            if gone := _of_sentence(draft, number):
                yield _Word(voter=each.agent, articles=gone, worth=LEFT_OUT, at=each.at)


def _named(draft: Draft, thumb: Reaction, every: frozenset[ArticleId]) -> frozenset[ArticleId]:
    """The sources that a thumb is about: the one it names, that of its sentence, or all that the draft cites."""
    if thumb.detail.get("source"):
        return every & {ArticleId(thumb.detail["source"])}
    if thumb.detail.get("sentence") is not None:
        return _of_sentence(draft, thumb.detail["sentence"])
    return every


def _of_sentence(draft: Draft, number: object) -> frozenset[ArticleId]:
    if not isinstance(number, int) or not 0 <= number < len(draft.sentences):
        return frozenset()
    citation = draft.sentences[number].citation
    return frozenset() if citation is None else frozenset({citation.passage.article_id})


def _by_customer(record: Record, matter: Matter | None, decision: Decision) -> Iterator[_Word]:
    """What customers say of an answer that left by itself: a rating, or that they needed a person after all."""
    draft = decision.draft
    if draft is None or record.states.get(draft.id) is not DraftState.SENT or matter is None:
        return
    every = frozenset(citation.passage.article_id for citation in draft.cited)
    worth = {True: SATISFIED, False: DISSATISFIED}.get(matter.satisfied) if matter.satisfied is not None else None
    if worth is None and _handed_on(record, decision):
        worth = HANDED_ON
    if worth is not None and every:
        yield _Word(voter=record.conversation.customer_id, articles=every, worth=worth, at=decision.at)


def _handed_on(record: Record, decision: Decision) -> bool:
    after = record.decisions[list(record.decisions).index(decision) + 1 :]
    return any(each.disposition.action is Action.HANDOFF for each in after)


def _strongest(record: Record, intent: str, words: Sequence[_Word]) -> Iterator[Vote]:
    """One vote a person, day and article: the strongest word, of equals the newest."""
    best: dict[tuple[str, str, ArticleId], _Word] = {}
    for word in sorted(words, key=lambda word: (abs(word.worth), word.at)):
        for article in word.articles:
            best[word.voter, f"{word.at:%Y-%m-%d}", article] = word
    for (voter, day, article), word in best.items():
        yield Vote(
            conversation_id=record.conversation.id,
            intent=intent,
            article_id=article,
            voter=voter,
            day=day,
            worth=word.worth,
            at=word.at,
        )


def _good(draft: Draft, reactions: Sequence[Reaction], record: Record, matter: Matter | None) -> bool | None:
    """Whether the draft answered what was asked. None: nobody can tell (yet)."""
    thumbs = [each.kind == UP for each in reactions if each.kind in (UP, DOWN) and _whole(each)]
    if thumbs:
        return thumbs[-1]
    state = record.states.get(draft.id)
    if state in (DraftState.USED, DraftState.EDITED, DraftState.IGNORED):
        return state is not DraftState.IGNORED
    if state is not DraftState.SENT or matter is None:
        return None
    return matter.satisfied if matter.satisfied is not None else matter.contained


def _whole(thumb: Reaction) -> bool:
    """Whether it is about the whole draft, and about what it says."""
    reasons = set(thumb.detail.get("reasons") or ())
    about_part = thumb.detail.get("sentence") is not None or bool(thumb.detail.get("source"))
    return not about_part and not (reasons and reasons <= {"tone"})
