"""From what was read to what is done: led by a procedure or answered from the articles, then decided.

The loop thinks so about a message, the policy's own tests about their examples, a replay about stored decisions: an
example that passes is decided as the message would be.
"""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Protocol, TypeVar

from core.answer.answer import Answer, Answered
from core.answer.judge import doubt
from core.answer.read_back import is_translated, read_back
from core.answer.receipt_link import Receipts
from core.context.ownership import team
from core.decide.besides import LEAST, Apart, put_first, with_the_rest
from core.decide.experiments import arms_of, part_in, with_card
from core.decide.table import decide
from core.decide.turn import MESSAGING, YES, Turn, handing_over
from core.decide.wordings import count_wordings
from core.handoff.card import handoff_card
from core.handoff.instruction import by_instruction, instruction_of
from core.handoff.offer import history_of, options
from core.handoff.ways import chosen_way, confirm_way
from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import WRITTEN, Customer
from core.model.decision import Action, Circumstances, Decision, Disposition, Outcome, Progress
from core.model.draft import Draft, Finding, Sentence, SentenceKind, Severity
from core.model.event import Event
from core.model.event_payloads import Insistence, MessageReceived
from core.model.ids import ArticleId, DecisionId, EventId, MessageId, derive_id
from core.model.reading import ModelReading, ReaderRole
from core.model.signals import HUMAN_REQUEST, UNKNOWN_LANGUAGE, Scored, Signals
from core.policy import Burst, Policy
from core.ports import Calendar, Orders, Probe
from core.procedure.acting import Acting
from core.procedure.booking import Booking
from core.procedure.guide import COMPOSER as BY_PROCEDURE
from core.procedure.guide import article_of_code, checks, draft_of, guide_turn
from core.procedure.run import Check, Doing
from core.procedure.verify_identity import (
    Step,
    answer_to_code,
    changes_booking,
    is_demanded,
    is_proved,
    next_step,
    tells_of_account,
)
from core.procedure.verify_identity import draft_of as draft_to_prove
from core.profile.codes import HIDDEN
from core.prompting.budget import for_case
from core.read.model_reader import ModelReader
from core.read.reader import Sense
from core.read.turn_input import customer_words

# ------------------------------------------------------------------
# A decision with everything needed to explain it later, and how long each step took.
#
# What a decision found besides the words, and the case put together again as it was then.


def circumstances_of(case: CaseContext) -> Circumstances:
    conversation, customer = case.conversation, case.customer
    return Circumstances(
        owner=conversation.owner,
        tier=customer.tier,
        brand=case.brand,
        flags=tuple(name for name, value in customer.attributes.items() if value.casefold() in YES),
        owner_group=conversation.owner_group,
        solved_at=conversation.solved_at,
        seen=tuple(message.id for message in case.timeline),
        settled=tuple(sorted(case.settled)),
    )


def case_then(
    decision: Decision, customer: Customer, conversation: Conversation, messages: Sequence[Message]
) -> CaseContext | None:
    """The case that a decision was about, from what is stored now. `messages` are all that are stored.

    None where that cannot be known: the decision is older than its circumstances, or a message is gone."""
    then = decision.circumstances
    stored = {message.id: message for message in messages}
    if then is None or not all(seen in stored for seen in then.seen):
        return None
    case = CaseContext(
        customer=replace(customer, tier=then.tier, attributes=dict.fromkeys(then.flags, "true")),
        conversation=replace(
            conversation, owner=then.owner, owner_group=then.owner_group, brand=then.brand, solved_at=then.solved_at
        ),
        timeline=tuple(stored[seen] for seen in then.seen),
        now=decision.at,
        settled=frozenset(then.settled),
        arms={key.partition("@")[0]: arm for key, arm in decision.arms.items()},
    )
    return case if case.latest is not None and case.latest.id == decision.message_id else None


# ------------------------------------------------------------------

OFFER = "trigger:upsell"
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Stopwatch:
    """Milliseconds per step, in the order of the steps."""

    milliseconds: dict[str, float] = field(default_factory=dict)
    tick: Callable[[], float] = perf_counter

    def time(self, step: str, act: Callable[[], T]) -> T:
        started = self.tick()
        result = act()
        self.milliseconds[step] = round((self.tick() - started) * 1000, 3)
        return result


def record_decision(
    event_id: EventId,
    case: CaseContext,
    signals: Signals,
    answered: Answered,
    disposition: Disposition,
    before: Decision | None,
    policy: Policy,
    orders: Orders | None = None,
) -> Decision:
    """One record of the turn. Its id follows from the message, so the same turn is always the same decision."""
    message_id = case.latest.id if case.latest else MessageId("none")
    moods = signals.moods or (*((before.signals.mood,) if before else ()), signals.mood)
    card = None
    if disposition.action is Action.HANDOFF:
        card = handoff_card(case, signals, answered.draft, disposition, moods, policy)
    if card is not None and disposition.rule == OFFER:
        card = replace(card, options=options(answered.draft), history=history_of(case.customer, orders))
    return Decision(
        id=DecisionId(derive_id("de", message_id)),
        event_id=event_id,
        conversation_id=case.conversation.id,
        message_id=message_id,
        signals=signals,
        disposition=disposition,
        policy_version=policy.version,
        at=case.now,
        draft=answered.draft,
        handoff=card,
        abstained=answered.abstained,
        gap=None if disposition.action is Action.SILENT else answered.gap,
        costs=answered.costs,
        retrieved=tuple(hit.passage.id for hit in answered.hits),
        lifts=answered.lifts,
        circumstances=circumstances_of(case),
        tier_before=before.tier if before else None,
    )


# ------------------------------------------------------------------
# Who pressed zero, was not understood or waited too long gets a person, whatever was read in the words.

WHY_INSISTED = {
    Insistence.PRESSED_0: "The caller pressed zero for a person",
    Insistence.SILENCE: "The caller was not understood three times",
    Insistence.TOO_SLOW: "The caller waited too long for an answer",
}


def hand_off_if_insisted(decision: Decision, event: Event, case: CaseContext, policy: Policy) -> Decision:
    """The decision as a handoff where the event insists on one; else as it is. Graver grounds for a handoff stay, and
    nobody is passed on who is with a person already."""
    insists = event.payload.insists if isinstance(event.payload, MessageReceived) else None
    already = decision.disposition.action is Action.HANDOFF or case.conversation.owner.is_human
    if insists is None or already:
        return decision
    trigger = policy.triggers.get(HUMAN_REQUEST)
    owner = policy.default_owner
    disposition = Disposition(
        action=Action.HANDOFF,
        owner=team(trigger.group if trigger else owner.group),
        rule=f"call:{insists}",
        reason=WHY_INSISTED[insists],
        tier=max(trigger.tier if trigger else owner.tier, 1),
        notify_customer=True,
    )
    moods = decision.signals.moods or (decision.signals.mood,)
    card = handoff_card(case, decision.signals, None, disposition, moods, policy)
    return replace(decision, disposition=disposition, handoff=card, draft=None)


# ------------------------------------------------------------------
# One question back, where the message may be about two or three matters and nobody can tell which.

CHOSEN = 0.95  # how sure an intent is that the customer named when asked
MOST = 3


class Asking(Protocol):
    """How a question back is worded, and how many there were."""

    def asking(self, case: CaseContext, signals: Signals, things: Sequence[str]) -> Draft: ...
    def count_asked(self, case: CaseContext) -> int: ...


def between(case: CaseContext, signals: Signals, policy: Policy, answered: Answered, asking: Asking | None) -> Answered:
    """The answer as it is; or, where nothing answers surely and several matters are plausible, the question which."""
    channel = case.latest.channel if case.latest else case.conversation.channel
    if asking is None or answered.clarify or not answered.asks or channel not in MESSAGING:
        return answered
    if answered.draft is not None and answered.draft.confidence >= policy.automatic_from(signals.intent.value):
        return answered
    things = plausible(signals, policy)
    if len(things) < 2 or asking.count_asked(case) >= policy.self_service.clarify:
        return answered
    return replace(answered, draft=asking.asking(case, signals, things), abstained=None, clarify=things)


def plausible(signals: Signals, policy: Policy) -> tuple[str, ...]:
    """What the likely intents are called in front of customers; none where one of them is sure."""
    if not signals.intents or signals.intent.confidence >= policy.confidence_intent:
        return ()
    least, language = LEAST * policy.confidence_intent, signals.language.value
    likely = [intent.value for intent in signals.intents if intent.confidence >= least][:MOST]
    words = (policy.self_service.matter(intent, language) for intent in likely)
    return tuple(dict.fromkeys(word for word in words if word))


def apply_choice(signals: Signals, policy: Policy, thing: str) -> Signals:
    """The signals with the intent first that the customer named when they were asked."""
    matters = policy.self_service.matters.items()
    intent = next((name for name, said in matters if thing and thing in said.values()), None)
    if intent is None:
        return signals
    first = Scored(value=intent, confidence=CHOSEN, label=thing, made_by="the customer, when asked")
    return replace(signals, intents=(first, *(i for i in signals.intents if i.value != intent)))


# ------------------------------------------------------------------

UNPROVED = "unverified"

# What the articles say; from one article alone where it is named.
Search = Callable[[ArticleId | None], Answered]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnSources:
    """What a turn may ask besides the articles: the customer back, the calendar, the systems to act in, for the
    receipt of what was decided before, and what some of the words mean and what answers them by themselves. A
    policy's test and a replay have none of it."""

    asking: Asking | None = None
    apart: Apart | None = None
    calendar: Booking | None = None
    acting: Acting | None = None
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
        return clock.time("coordinate", lambda: conclude(case, signals, policy, Answered(draft=why, abstained=None)))
    doing = Doing(check=check, actions=policy.actions, booking=beside.calendar, acting=beside.acting)
    led = clock.time("procedure", lambda: guide_turn(case, signals, before, policy, doing))
    answered = clock.time("answer", lambda: _answered(case, signals, policy, search, led, beside))
    if led is None or led.outcome is Outcome.LEFT:
        answered = between(case, signals, policy, answered, beside.asking)
    return clock.time("coordinate", lambda: conclude(case, signals, policy, answered, led))


def conclude(
    case: CaseContext, signals: Signals, policy: Policy, answered: Answered, led: Progress | None = None
) -> Evaluation:
    """The last steps, with a draft that is there: the policy's sentences in it, and who acts.

    What a procedure says is the policy's own text already."""
    if answered.draft is not None and answered.draft.composer != BY_PROCEDURE:
        answered = replace(answered, draft=add_disclaimers(answered.draft, signals, policy))
    disposition = decide(case, signals, answered.draft, policy, asks=answered.asks, led=led)
    if answered.quoted is not None and disposition.action is not Action.AUTO_REPLY:
        # What a model worded waits for a person; the sources' own words may not have to.
        quoted = add_disclaimers(answered.quoted, signals, policy)
        by_itself = decide(case, signals, quoted, policy, asks=answered.asks, led=led)
        if by_itself.action is Action.AUTO_REPLY:
            answered, disposition = replace(answered, draft=quoted), by_itself
    if led is not None and led.call is not None and disposition.action is not Action.AUTO_REPLY:
        # It is not done with this turn, so nobody is to send that it was.
        answered = replace(answered, draft=None)
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
    """What is not left to the search: how somebody wants to be reached, the article that an agent picked."""
    way = chosen_way(case) if case.conversation.owner.is_human else None
    if way is not None:
        return Answered(draft=confirm_way(case, way, signals.language.value, policy), abstained=None)
    given = instruction_of(case)
    found = search(given.article) if given else None
    if given is None or found is None or found.draft is None:
        return None
    return replace(found, draft=by_instruction(given, case, found.draft), abstained=None)


def _answered(
    case: CaseContext, signals: Signals, policy: Policy, search: Search, led: Progress | None, beside: TurnSources
) -> Answered:
    """What the customer chose or the article that an agent picked says, what the procedure says next, else what the
    articles say; of an error code, what its article says."""
    special = _told_to_say(case, signals, policy, search)
    if special is not None:
        return special
    draft = draft_of(led, case, signals, policy.version, policy.confidence_intent) if led else None
    if led is not None and draft is not None:
        return with_the_rest(draft, led, case, policy, beside.apart)
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
    added = [
        Sentence(
            text=text,
            kind=SentenceKind.RECORD,
            paragraph=at,
            record=f"policy {version}: said in every answer about {intent.replace('_', ' ')}",
        )
        for at, (intent, text) in enumerate(missing.items())
    ]
    return put_first(sentences, added)


def _missing(text: str) -> Finding:
    return Finding(
        rule=RULE,
        severity=Severity.BLOCK,
        text=f"The policy wants this said, and has it in no other language: “{text}”",
        remedy="Say it in the customer's language.",
    )


# ------------------------------------------------------------------
# The half of the loop that only thinks. `core.loop` calls it for each turn; a rehearsal calls it alone.


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEvaluator:
    """Values in, a decision out, nothing stored and nothing sent. `orders`, if the company's order system is
    known, tells an agent who makes an offer what the customer has bought; `probe` looks where a procedure wants
    to know how a system of the company is, `calendar` has the times that are offered (held for a while, which
    ends by itself), `acting` examines what may be done in those systems, `receipts` the addresses at which
    customers read how it was decided; `reader` is a language model that reads messages beside the embedded
    readers."""

    sense: Sense
    answer: Answer
    policy: Policy
    orders: Orders | None = None
    probe: Probe | None = None
    calendar: Calendar | None = None
    acting: Callable[[CaseContext], Acting] | None = None
    receipts: Receipts | None = None
    reader: ModelReader | None = None

    def decide(
        self,
        event_id: EventId,
        case: CaseContext,
        before: Decision | None = None,
        stopped: Collection[str] = (),
    ) -> Decision:
        """What to do with the customer's newest message; `before` is the conversation's previous decision, `stopped`
        are the keys of experiments that were stopped."""
        if not self.policy.experiments:
            return self._decide(event_id, case, before)
        case = replace(case, arms=arms_of(case.customer.id, self.policy, stopped))
        case = with_card(case, self.policy)
        theirs = replace(self, policy=self.policy.under(case.arms))
        decision = theirs._decide(event_id, case, before)
        led = decision.procedure if decision.procedure != (before.procedure if before else None) else None
        answered = Answered(draft=decision.draft, abstained=decision.abstained)

        def otherwise(other: CaseContext) -> Disposition:
            return conclude(other, decision.signals, theirs.policy, answered, led).disposition

        return part_in(decision, case, self.policy, stopped, otherwise)

    def _decide(self, event_id: EventId, case: CaseContext, before: Decision | None) -> Decision:
        clock = Stopwatch()
        asked = before.draft.choices if before and before.draft else ()
        heard, thing = self.answer.apply_choice(replace(case, offered=asked), asked)
        signals, reading = self._read(heard, clock)
        signals = apply_choice(signals, self.policy, thing)
        signals = count_wordings(signals, customer_words(heard), self.policy.triggers)
        so_far = before.procedure if before else None
        most = self.policy.self_service.clarify
        made = evaluate(
            heard,
            signals,
            self.policy,
            lambda only: self._draft(heard, signals, reading, only, most),
            checks(
                case,
                self.orders,
                self.probe,
                signals.language.value,
                proved=is_proved(case, self.policy),
            ),
            so_far,
            clock,
            self.beside(case),
        )
        if reading is not None and made.disposition.action is Action.AUTO_REPLY:
            made = clock.time("judge", lambda: self._judged(heard, signals, made, reading))
        decision = record_decision(
            event_id, case, signals, made.answered, made.disposition, before, self.policy, self.orders
        )
        return replace(decision, procedure=made.led or so_far, timings=clock.milliseconds)

    def _read(self, case: CaseContext, clock: Stopwatch) -> tuple[Signals, ModelReading | None]:
        """What is read in the customer's words, and what a language model found there. While it is waited for, the
        embedded readers read and the articles are searched: what that finds is kept near for the answer."""
        reader = self.reader
        if reader is None or not reader.wants(case, self.policy):
            return clock.time("sense", lambda: self.sense.read(case)), None
        with ThreadPoolExecutor(1, thread_name_prefix="model-read") as pool:
            asked = pool.submit(reader.read, case, self.policy)
            raw = clock.time("sense", lambda: self.sense.read(case))
            clock.time("search_ahead", lambda: self.answer.parts(case, raw))
            reading = clock.time("model_read", asked.result)
        if reading is None:
            return raw, None
        return clock.time("sense_beside", lambda: self.sense.read(case, reading)), reading

    def _draft(
        self, case: CaseContext, signals: Signals, reading: ModelReading | None, only: ArticleId | None, most: int
    ) -> Answered:
        """The draft; a translated one read back, where the policy then lets it leave by itself."""
        found = self.answer.draft(case, signals, only, most, self.policy.known_of(case.customer))
        trusted = reading is not None and reading.leads and reading.role.reaches(ReaderRole.READER)
        if self.reader is None or found.draft is None or not (trusted and self.policy.send_translated):
            return found
        if not is_translated(found.draft):
            return found
        model = for_case(self.reader.model, "light", case, self.reader.purse)
        return replace(found, draft=read_back(model, found.draft, self.reader.patience))

    def _judged(self, case: CaseContext, signals: Signals, made: Evaluation, reading: ModelReading) -> Evaluation:
        """The same, or what is decided where a model that may judge finds that the draft does not answer."""
        draft, judges = made.answered.draft, reading.leads and reading.role is ReaderRole.JUDGE
        if self.reader is None or draft is None or not judges:
            return made
        asked = [question.plain for question in reading.questions]
        found = doubt(self.reader.model, case, asked, draft, self.reader.patience, self.reader.purse)
        if found is None:
            return made
        doubted = replace(made.answered, draft=replace(draft, findings=(*draft.findings, found)), quoted=None)
        return conclude(case, signals, self.policy, doubted, made.led)

    def beside(self, case: CaseContext) -> TurnSources:
        """What this turn may ask besides the articles."""
        booking = Booking(calendar=self.calendar, case=case, visits=self.policy.appointments) if self.calendar else None
        receipt = self.receipts.draft_if_wanted if self.receipts else TurnSources().receipt
        return TurnSources(
            asking=self.answer,
            apart=Apart(case=case, sense=self.sense, answering=self.answer, policy=self.policy),
            calendar=booking,
            acting=self.acting(case) if self.acting and self.policy.actions else None,
            receipt=receipt,
        )
