"""What is asked besides the matter of a procedure: "Where is my order? And how do I cancel Plus?"."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from core.answer.answer import Answer, Answered
from core.answer.question import asked_apart
from core.model.conversation import CaseContext
from core.model.decision import Outcome, Progress
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.signals import Signals
from core.policy import Policy
from core.read.reader import Sense
from core.read.turn_input import customer_words

MAY_BE = 0.5  # of the likeliest intent's confidence: what is at least as sure as this may be what is meant
LEAST = 0.4  # of what the policy takes for sure: below that an intent is a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Some of the customer's newest words as if they had written nothing else."""

    case: CaseContext
    sense: Sense
    answering: Answer
    policy: Policy

    def read(self, words: str) -> Signals:
        return self.sense.read(self._alone(words))

    def answer(self, words: str) -> Answered:
        """Without a question back: what is asked first is answered already."""
        alone = self._alone(words)
        return self.answering.draft(alone, self.read(words), None, 0, self.policy.known_of(alone.customer))

    def _alone(self, words: str) -> CaseContext:
        latest, waiting = self.case.latest, {message.id for message in self.case.unanswered}
        if latest is None:
            return self.case
        before = (message for message in self.case.timeline if message.id not in waiting)
        return replace(self.case, timeline=(*before, replace(latest, text=words)))


def with_the_rest(told: Draft, led: Progress, case: CaseContext, policy: Policy, apart: Apart | None) -> Answered:
    """What a procedure that has come to its end tells, and what the articles say to what is asked besides; the draft
    leaves open what they do not answer. Without `apart`, in a policy's test or a replay, what it tells alone."""
    procedure, asked = policy.procedures.get(led.procedure), asked_apart(customer_words(case))
    only = Answered(draft=told, abstained=None)
    if led.outcome is not Outcome.DONE or apart is None or procedure is None or len(asked) < 2:
        return only
    told_of, least = procedure.intents | procedure.tells, LEAST * policy.confidence_intent
    words = " ".join(part for part in asked if not _is_about(apart.read(part), told_of, least))
    rest = apart.answer(words) if words else None
    if rest is None or not rest.asks:
        return only
    if rest.draft is None:
        return replace(rest, draft=replace(told, unknown=(words,)), abstained=None)
    draft = replace(
        rest.draft,
        sentences=put_first(rest.draft.sentences, told.sentences),
        confidence=min(told.confidence, rest.draft.confidence),
    )
    return replace(rest, draft=draft, quoted=None)


def _is_about(signals: Signals, intents: Collection[str], least: float) -> bool:
    """Whether it may be one of these, and no mere guess; "when will it come?" alone sounds like half a dozen things."""
    found = max((each.confidence for each in signals.intents if each.value in intents), default=0.0)
    return found >= max(least, MAY_BE * signals.intent.confidence)


def put_first(sentences: Sequence[Sentence], added: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """`added`, whose paragraphs are counted from 0, before everything that the sentences state."""
    place = next(at for at, sentence in enumerate(sentences) if sentence.kind is not SentenceKind.COURTESY)
    paragraph = sentences[place].paragraph
    paragraphs = 1 + max(sentence.paragraph for sentence in added)
    before = [replace(s, paragraph=paragraph + s.paragraph) for s in added]
    after = [replace(s, paragraph=s.paragraph + paragraphs) for s in sentences[place:]]
    return (*sentences[:place], *before, *after)
