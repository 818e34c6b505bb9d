"""From what was read to what is done: led by a procedure or answered from the articles, then decided.

The loop thinks so about a message, the policy's own tests about their examples, a replay about stored decisions: an
example that passes is decided as the message would be.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.answer.answered import Answered
from core.decide.ask_back import Asking, between
from core.decide.explain import Stopwatch
from core.decide.table import decide
from core.decide.turn import Turn, handing_over
from core.handoff.instruction import by_instruction, instruction_of
from core.handoff.ways import chosen_way, confirm_way
from core.model.conversation import CaseContext, Message, Role
from core.model.customer import WRITTEN
from core.model.decision import Action, Disposition, Outcome, Progress
from core.model.draft import Draft, Finding, Sentence, SentenceKind, Severity
from core.model.ids import ArticleId
from core.model.signals import UNKNOWN_LANGUAGE, Signals
from core.policy import Burst, Policy
from core.procedure.booking import Booking
from core.procedure.guide import article_of_code, draft_of, guide_turn
from core.procedure.run import Check
from core.procedure.verify_identity import (
    Step,
    answer_to_code,
    changes_booking,
    is_demanded,
    next_step,
    tells_of_account,
)
from core.procedure.verify_identity import draft_of as draft_to_prove
from core.profile.codes import HIDDEN
from core.read.words import customer_words

UNPROVED = "unverified"

# What the articles say; from one article alone where it is named.
Search = Callable[[ArticleId | None], Answered]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnSources:
    """What a turn may ask besides the articles: the customer back, the calendar, and for the receipt of what was
    decided before. A policy's test and a replay have none of it."""

    asking: Asking | None = None
    calendar: Booking | None = None
    receipt: Callable[[CaseContext, Signals, Policy], Draft | None] = lambda *_: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """`led`: how far a procedure has come with this turn; None where none has to do with it."""

    answered: Answered
    disposition: Disposition
    led: Progress | None = None


def evaluate(
    case: CaseContext,
    signals: Signals,
    policy: Policy,
    search: Search,
    check: Check,
    before: Progress | None = None,
    clock: Stopwatch | None = None,
    beside: TurnSources = TurnSources(),
) -> Evaluation:
    """`before` is how far a procedure had come; `check` is asked where a step of it wants to know something."""
    clock = clock or Stopwatch()
    proving = about_code(case, signals, policy)
    if proving is not None:
        return proving
    why = beside.receipt(case, signals, policy)
    if why is not None:
        return clock.timed("coordinate", lambda: conclude(case, signals, policy, Answered(draft=why, abstained=None)))
    led = clock.timed("procedure", lambda: guide_turn(case, signals, before, policy, check, beside.calendar))
    answered = clock.timed("answer", lambda: _answered(case, signals, policy, search, led))
    if led is None or led.outcome is Outcome.LEFT:
        answered = between(case, signals, policy, answered, beside.asking)
    return clock.timed("coordinate", lambda: conclude(case, signals, policy, answered, led))


def conclude(
    case: CaseContext, signals: Signals, policy: Policy, answered: Answered, led: Progress | None = None
) -> Evaluation:
    """The last steps, with a draft that is there: the policy's sentences in it, and who acts.

    What a procedure says is the policy's own text already."""
    if answered.draft is not None and not (led and led.say):
        answered = replace(answered, draft=add_disclaimers(answered.draft, signals, policy))
    disposition = decide(case, signals, answered.draft, policy, asks=answered.asks, led=led)
    thought = ask_for_proof(Evaluation(answered=answered, disposition=disposition, led=led), case, signals, policy)
    return thought if led and led.say else _not_said_twice(thought, case, policy)


def about_code(case: CaseContext, signals: Signals, policy: Policy) -> Evaluation | None:
    """A turn that is about the one-time code and nothing else. What an address or a code alone sounds like is no
    intent; the triggers look at every word all the same."""
    step = answer_to_code(case, policy)
    return _proving(step, case, replace(signals, intents=()), policy) if step is not None else None


def ask_for_proof(made: Evaluation, case: CaseContext, signals: Signals, policy: Policy) -> Evaluation:
    """Instead of an answer about an account, to somebody who is not proved to have it, the next step to prove it."""
    by_led = changes_booking(case, made.led, policy) or tells_of_account(case, made.led, policy)
    if made.disposition.action is not Action.AUTO_REPLY or not (by_led or is_demanded(case, signals, policy)):
        return made
    return _proving(next_step(case, policy), case, signals, policy)


def _proving(step: Step, case: CaseContext, signals: Signals, policy: Policy) -> Evaluation:
    if step is Step.PERSON:
        turn = Turn(case=case, signals=signals, draft=None, policy=policy)
        reason = "It could not be proved who asks; a person looks."
        over = handing_over(turn, UNPROVED, reason, turn.row.group, max(turn.row.tier, 1))
        return Evaluation(answered=Answered(draft=None, abstained=None), disposition=over)
    spoken = signals.language
    sure = spoken.value != UNKNOWN_LANGUAGE.value and HIDDEN not in (case.latest.text if case.latest else "")
    draft = draft_to_prove(step, case, policy, spoken.value if sure else case.customer.language)
    return Evaluation(answered=Answered(draft=draft, abstained=None), disposition=decide(case, signals, draft, policy))


def _not_said_twice(made: Evaluation, case: CaseContext, policy: Policy) -> Evaluation:
    said = answers_in_turn(case, policy.burst)
    draft = made.answered.draft
    if not said or draft is None or made.disposition.action is not Action.AUTO_REPLY:
        return made
    rest = drop_repeated(draft, said)
    if rest is not None:
        return replace(made, answered=replace(made.answered, draft=rest))
    silent = replace(made.disposition, action=Action.SILENT, rule=ALREADY_SAID, reason=REASON)
    return replace(made, disposition=silent)


def _told_to_say(case: CaseContext, signals: Signals, policy: Policy, search: Search) -> Answered | None:
    """Words that are no answer of the articles': how somebody wants to be reached, what an agent gave us to say."""
    language = signals.language.value
    way = chosen_way(case) if case.conversation.owner.is_human else None
    if way is not None:
        return Answered(draft=confirm_way(case, way, language, policy), abstained=None)
    given = instruction_of(case)
    if given is None or not given.says_something(language):
        return None
    found = search(given.article) if given.article else Answered(draft=None, abstained=None)
    said = by_instruction(given, case, language, found.draft)
    return replace(found, draft=said, abstained=None) if said else None


def _answered(case: CaseContext, signals: Signals, policy: Policy, search: Search, led: Progress | None) -> Answered:
    """What the customer chose or an agent told us to say, what the procedure says next, else what the articles say; of
    an error code, what its article says."""
    special = _told_to_say(case, signals, policy, search)
    if special is not None:
        return special
    draft = draft_of(led, case, signals, policy.version) if led else None
    if draft is not None:
        return Answered(draft=draft, abstained=None)
    code = article_of_code(customer_words(case), policy)
    return search(code[1] if code else None)


# ------------------------------------------------------------------
# What was said a moment ago is not said again: a text that comes just after the answer to those before it.


ALREADY_SAID = "already_said"
REASON = "This belongs to what was answered a moment ago; there is nothing to add."


def answers_in_turn(case: CaseContext, burst: Burst) -> tuple[Message, ...]:
    """What the assistant answered between the customer's newest message and the one that it follows within the time of
    a burst; empty where the newest begins a turn of its own, where the policy knows no bursts, and where what was said
    cannot be read again: a caller who asks the same at once has not understood it."""
    between: list[Message] = []
    latest = case.latest
    if latest is None or latest.channel not in WRITTEN or not burst.quiet:
        return ()
    for message in reversed(case.timeline):
        if message.id == latest.id:
            continue
        if message.role is Role.CUSTOMER:
            return tuple(between) if latest.at - message.at <= burst.longest else ()
        if message.role is Role.ASSISTANT and message.public:
            between.append(message)
    return ()


def drop_repeated(draft: Draft, said: tuple[Message, ...]) -> Draft | None:
    """The draft without the sentences that were just said; None where nothing else is left in it. One that states
    nothing, as a question back, stays whole unless all of it was said."""
    told = " ".join(_plain(message.text) for message in said)
    left = tuple(sentence for sentence in draft.sentences if _plain(sentence.text) not in told)
    if not draft.states:
        return draft if left else None
    rest = replace(draft, sentences=left)
    return rest if rest.states else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


# ------------------------------------------------------------------
# The sentence that the policy wants in every answer about an intent.


RULE = "policy_disclaimer"


def add_disclaimers(draft: Draft, signals: Signals, policy: Policy) -> Draft:
    """The draft with the policy's sentences for its sure intents, before everything that it states.

    They are in the policy's one language. A draft in another does not get them but a finding that blocks it: a person
    says it in the customer's language."""
    wanted = {
        intent.value: policy.disclaimers[intent.value]
        for intent in signals.intents
        if intent.value in policy.disclaimers and intent.confidence >= policy.confidence_intent
    }
    missing = {intent: text for intent, text in wanted.items() if text not in draft.body}
    if not missing or not draft.states:
        return draft
    if draft.language != policy.language:
        return replace(draft, findings=(*draft.findings, *(_missing(text) for text in missing.values())))
    return replace(draft, sentences=_with(draft.sentences, missing, policy.version))


def _with(sentences: tuple[Sentence, ...], missing: dict[str, str], version: str) -> tuple[Sentence, ...]:
    place = next(at for at, sentence in enumerate(sentences) if sentence.kind is not SentenceKind.COURTESY)
    paragraph = sentences[place].paragraph
    added = [
        Sentence(
            text=text,
            kind=SentenceKind.RECORD,
            paragraph=paragraph + at,
            record=f"policy {version}: said in every answer about {intent.replace('_', ' ')}",
        )
        for at, (intent, text) in enumerate(missing.items())
    ]
    after = [replace(s, paragraph=s.paragraph + len(added)) for s in sentences[place:]]
    return (*sentences[:place], *added, *after)


def _missing(text: str) -> Finding:
    return Finding(
        rule=RULE,
        severity=Severity.BLOCK,
        text=f"The policy wants this said, and has it in no other language: “{text}”",
        remedy="Say it in the customer's language.",
    )
