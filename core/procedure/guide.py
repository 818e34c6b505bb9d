"""Which procedure a turn begins, continues or leaves, and the draft that comes of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from core.calendar.chosen_time import change_meant, names_visit
from core.errors import HandrailError
from core.model.conversation import CaseContext
from core.model.decision import Outcome, Progress
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import ArticleId, DraftId, derive_id
from core.model.order import Order
from core.model.signals import Signals
from core.policy import ANY_LANGUAGE, Policy, Procedure, StepKind
from core.ports import Orders, Probe
from core.procedure.answered import plainly
from core.procedure.booking import fell_through
from core.procedure.order_status import (
    FEW,
    find_order,
    is_disputed,
    is_number_alone,
    language_for,
    named_orders,
    names_order,
    summarize_orders,
)
from core.procedure.run import (
    UNKNOWN,
    Check,
    Doing,
    begin,
    continue_from,
    did_not_help,
    resume_appointment,
    step_of,
    version_of,
)
from core.read.repeats import references
from core.read.turn_input import customer_words, message_before
from core.text.dates import on_day
from core.text.order_lines import ORDER_LINES
from core.text.reply import yes_or_no
from core.text.stems import content

# ------------------------------------------------------------------
# What a CHECK step can ask: the profile, and the company's order system.
#
# Each answer is one word. What is not known is `unknown`, and a system that does not answer is not waited for twice.

NONE = "none"
DISPUTED = "disputed"
UNNAMED = "unnamed"
ORDER_NUMBER, ORDER_TOLD, SUMMARY, NUMBER_ALONE, NAMED, MENTIONED, PROVED = (
    "order_number",
    "order_told",
    "order_summary",
    "order_number_alone",
    "order_named",
    "order_mentioned",
    "identity_proved",
)
OF_ORDER: Mapping[str, Callable[[Order], str]] = {
    ORDER_NUMBER: lambda order: order.id,
    "order_pieces": lambda order: str(sum(item.quantity for item in order.items)),
    "order_lines": lambda order: str(len(order.items)),
    "order_status": lambda order: order.status.casefold(),
    "order_delivered": lambda order: "yes" if order.delivered_at else "no",
    "order_carrier": lambda order: order.carrier,
    "order_tracking": lambda order: order.tracking,
}


def checks(
    case: CaseContext, orders: Orders | None, probe: Probe | None = None, language: str = "en", *, proved: bool = False
) -> Check:
    """`account_tier`, `language`, `channel`, `order_number`, `order_told` (the one that the customer names, or their
    only one; `unnamed` where they name none, `none` where it is none of theirs), `order_not_found` (a
    sentence for that), `order_pieces`, `order_lines` (how
    many things, and different ones, are in it), `order_status`, `order_delivered` (yes or no),
    `order_expected` (`on 4 January`, in the `language`), `order_carrier`, `order_tracking`, `order_summary` (where the
    orders are that the customer names, or else their open ones, in whole sentences of the `language`; `disputed` where
    the customer says that one has not come which was delivered), `order_number_alone`, `order_named` (one of theirs),
    `order_mentioned` (any number, whosever it is) and `identity_proved` (`proved`; all yes or no), or
    any attribute of the customer's profile by its name; everything else is looked up by the `probe`. Each system is
    asked once in a turn."""
    return _Turn(case=case, orders=orders, probe=probe, language=language, proved=proved).check


@dataclass(kw_only=True)
class _Turn:
    """What was found out for one turn."""

    case: CaseContext
    orders: Orders | None
    probe: Probe | None
    language: str
    proved: bool = False
    looked: dict[str, str] = field(default_factory=dict)

    def check(self, name: str) -> str:
        if name in OF_ORDER:
            return self._of_order(OF_ORDER[name])
        if name == ORDER_TOLD:
            return self._told
        if name == "order_not_found":
            return ORDER_LINES[language_for(self.case, self.language)].not_found
        if name == "order_expected":
            return self._of_order(self._expected)
        if name == SUMMARY:
            return self._summary()
        if name == NUMBER_ALONE:
            return "yes" if is_number_alone(customer_words(self.case), self._bought or ()) else "no"
        if name == MENTIONED:
            return "yes" if references(customer_words(self.case)) else "no"
        if name == PROVED:
            return "yes" if self.proved else "no"
        if name == NAMED:
            return "yes" if any(names_order(customer_words(self.case), o.id) for o in self._bought or ()) else "no"
        case = self.case
        known = {
            "account_tier": case.customer.tier,
            "language": case.customer.locale[:2],
            "channel": str(case.latest.channel if case.latest else case.conversation.channel),
        }
        return known[name] if name in known else case.customer.attributes.get(name) or self._looked(name)

    @cached_property
    def _bought(self) -> list[Order] | None:
        """None where the order system is not known or does not answer."""
        if self.orders is None:
            return None
        try:
            return self.orders.of_customer(self.case.customer)
        except HandrailError:
            return None

    @cached_property
    def _order(self) -> Order | str:
        """The one that the customer means, or the word for why there is none."""
        return UNKNOWN if self._bought is None else find_order(self.case, self._bought) or NONE

    @property
    def _told(self) -> str:
        if self._bought is None:
            return UNKNOWN
        named = named_orders(self.case, self._bought)
        if named is None and len(self._bought) != 1:
            return UNNAMED if self._bought else NONE
        return self._order if isinstance(self._order, str) else self._order.id

    def _summary(self) -> str:
        if self._bought is None:
            return UNKNOWN
        if is_disputed(self.case, self._bought):
            return DISPUTED
        language = language_for(self.case, self.language)
        return summarize_orders(self.case, self._bought, language) or UNKNOWN

    def _of_order(self, read: Callable[[Order], str]) -> str:
        return self._order if isinstance(self._order, str) else read(self._order) or UNKNOWN

    def _expected(self, order: Order) -> str:
        day = order.promised_on
        # A day that has passed is none to expect it on.
        return on_day(day, self.language) if day and day >= self.case.now.date() else ""

    def _looked(self, name: str) -> str:
        if name not in self.looked:
            self.looked[name] = self._by_probe(name)
        return self.looked[name]

    def _by_probe(self, name: str) -> str:
        if self.probe is None:
            return UNKNOWN
        try:
            return (self.probe.look(name, self.case.customer) or UNKNOWN).casefold()
        except HandrailError:
            return UNKNOWN


# ------------------------------------------------------------------

COMPOSER = "procedure"
RATHER = 0.5  # an intent less sure than this is rather none of it
ANOTHER_MATTER = 0.6  # an intent as sure as this, of another kind, leaves the procedure
BESIDE = (
    0.75  # … and as sure as this, keeps one from beginning; part of a sentence is often half taken for another matter
)


def guide_turn(
    case: CaseContext,
    signals: Signals,
    before: Progress | None,
    policy: Policy,
    doing: Doing,
) -> Progress | None:
    """How far the procedure is after this turn; None where none has anything to say to it. Whoever leaves one for
    another matter may begin another.

    One that came to its end, or to a person, or was left, is not begun again in the same matter, unless it makes
    appointments, as what is booked may be changed, or only tells what it finds out, as that may be another thing now.
    """
    if before is not None and before.open:
        procedure = _the_same(policy.procedures, before)
        asked = procedure is not None and _was_asked(case, procedure, before)
        if procedure is not None and asked and _names_another(case, procedure, before, doing.check):
            return _another(case, procedure, before, doing)
        if procedure is not None and asked and not _leaves(signals, procedure, before, case, policy):
            return continue_from(procedure, before, customer_words(case), doing)
    elif before is not None and (turned := _turned(case, signals, before, policy, doing)) is not None:
        return turned
    next_to = _next_to_code(case, signals, policy)
    fresh = next_to or next((p for p in policy.procedures.values() if _begins(p, signals, policy, doing.check)), None)
    if fresh is None or (before is not None and before.procedure == fresh.name and not _again(fresh)):
        return None
    if next_to is None and article_of_code(customer_words(case), policy) is not None:
        return None  # its article says more than the first question
    tried, words = int(signals.amount("failed_cycles")), customer_words(case)
    language = language_for(case, signals.language.value) if fresh.language == ANY_LANGUAGE else fresh.language
    begun = begin(replace(fresh, language=language), doing, tried=tried, words=words)
    return None if next_to is None and _was_none_of_it(begun, signals, doing.check) else begun


def _was_none_of_it(begun: Progress, signals: Signals, check: Check) -> bool:
    """Whether the matter is rather another one, and what was looked up for this one leads to a person at once: the
    articles may answer what it is, and where they do not a person does."""
    in_vain = begun.outcome is Outcome.PERSON and not begun.say and not begun.wants
    looked = any(step.kind == StepKind.CHECK for step in begun.taken)
    return in_vain and looked and signals.intent.confidence < RATHER and check(NAMED) != "yes"


def _next_to_code(case: CaseContext, signals: Signals, policy: Policy) -> Procedure | None:
    """The procedure of an error code whose article was told last and did not help: its checks come next."""
    if not signals.amount("failed_cycles"):
        return None
    told = message_before(case)
    return next(
        (
            procedure
            for procedure in policy.procedures.values()
            if procedure.language == signals.language.value
            and any(re.search(rf"(?<!\d){article}(?!\d)", told) for article in procedure.codes.values())
        ),
        None,
    )


def _again(procedure: Procedure) -> bool:
    kinds = {step.kind for step in procedure.steps}
    return bool(kinds & {StepKind.APPOINTMENT, StepKind.ACT}) or StepKind.ASK not in kinds


def _turned(case: CaseContext, signals: Signals, before: Progress, policy: Policy, doing: Doing) -> Progress | None:
    """After its end: it did not help after all, the time that was said yes to was gone when it was booked, or what was
    booked is to be changed."""
    words, procedure = customer_words(case), _the_same(policy.procedures, before)
    if before.booking is not None and procedure is not None:
        fell = fell_through(message_before(case), before.language)
        if fell and yes_or_no(words) == "no":
            return None
        if fell or _changes(words, signals, before, procedure):
            step = next(step for step in procedure.steps if step.name == before.booking.visit)
            return resume_appointment(procedure, before, step, doing)
    return did_not_help(before, words)


def _changes(words: str, signals: Signals, before: Progress, procedure: Procedure) -> bool:
    """Whether they want the appointment at another time or not at all; cancelling something else is no word on it."""
    same = signals.intent.value in procedure.intents
    of_it = names_visit(words) or (same and signals.intent.confidence >= ANOTHER_MATTER)
    return of_it and change_meant(words, before.language) is not None


def _begins(procedure: Procedure, signals: Signals, policy: Policy, check: Check) -> bool:
    """By a sure intent and no other; one that tells of orders also where the customer gives nothing but a number, or
    names an order of theirs and wants this rather than anything else."""
    intent = signals.intent
    tells = any(step.kind is StepKind.CHECK and step.name == SUMMARY for step in procedure.steps)
    if tells and intent.confidence < BESIDE and check(NUMBER_ALONE) == "yes":
        return True
    named = tells and check(NAMED) == "yes"
    sure = intent.value in procedure.intents and (named or intent.confidence >= policy.confidence_intent)
    if named:  # what is asked besides is answered with it (`core.decide.besides`)
        sure = sure or any(i.value in procedure.intents and i.confidence >= BESIDE for i in signals.intents)
    more = not named and any(i.value not in procedure.intents and i.confidence >= BESIDE for i in signals.intents)
    return sure and not more and procedure.language in (signals.language.value, ANY_LANGUAGE)


def _the_same(procedures: Mapping[str, Procedure], before: Progress) -> Procedure | None:
    found = procedures.get(before.procedure)
    return found if found is not None and version_of(found) == before.version else None


def _was_asked(case: CaseContext, procedure: Procedure, before: Progress) -> bool:
    """Whether our question stands in the last thing that was said: an agent may have sent something else."""
    question = step_of(procedure, before.at).text or (before.say[-1] if before.say else "")
    return _plain(question) in _plain(message_before(case))


def _names_another(case: CaseContext, procedure: Procedure, before: Progress, check: Check) -> bool:
    """Whether they answer the question whether to do a thing by naming another order of theirs: "cancel LK-10474
    instead"."""
    if step_of(procedure, before.at).kind is not StepKind.ACT:
        return False
    told = check(ORDER_TOLD)
    return names_order(customer_words(case), told) and not names_order("\n".join(before.say[-1:]), told)


def _another(case: CaseContext, procedure: Procedure, before: Progress, doing: Doing) -> Progress:
    """On with the other one; where they say yes as well, a person sees to both."""
    words = customer_words(case)
    if yes_or_no(words) != "yes":
        return begin(replace(procedure, language=before.language), doing, words=words)
    reason = f"The customer says yes, and names another one besides: “{words[:120]}”"
    return replace(before, outcome=Outcome.PERSON, at="", say=(), choices=(), reason=reason)


def _leaves(signals: Signals, procedure: Procedure, before: Progress, case: CaseContext, policy: Policy) -> bool:
    """For another matter, or for an error code in place of one of the answers that are told apart: its article says
    more than the next step."""
    intent, words = signals.intent, customer_words(case)
    other = intent.value not in procedure.intents and intent.confidence >= ANOTHER_MATTER
    coded = bool(before.choices) and article_of_code(words, policy) is not None
    return (other or coded) and not plainly(procedure, step_of(procedure, before.at), words, before.choices)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def draft_of(progress: Progress, case: CaseContext, signals: Signals, version: str, guess: float = 0.0) -> Draft | None:
    """What the procedure says next, each line with the step of the policy that bears it out; None where it is silent.

    `version` is the policy's; an intent that is less sure than `guess` is no more than a guess."""
    if not progress.say:
        return None
    record = "; ".join((f"procedure {progress.procedure}, policy {version}", *_looked_up(progress)))
    message = case.latest.id if case.latest else case.conversation.id
    return Draft(
        id=DraftId(derive_id("draft", message, *progress.say)),
        sentences=tuple(
            Sentence(text=text, kind=SentenceKind.RECORD, paragraph=place, record=record)
            for place, text in enumerate(progress.say)
        ),
        language=progress.language,
        confidence=_confidence(progress, customer_words(case), signals, guess),
        composer=COMPOSER,
        choices=progress.choices,
    )


def _confidence(progress: Progress, words: str, signals: Signals, guess: float) -> float:
    """How sure it is that this is what they want: an answer to our question leaves no doubt, nor does the number of an
    order alone. Where they are told of their own orders, it is enough that it is this matter rather than any other."""
    first, *others = signals.intents or (signals.intent,)
    if any(taken.kind == "answer" for taken in progress.taken):
        return 1.0
    if not any(taken.kind == StepKind.CHECK and taken.what == SUMMARY for taken in progress.taken):
        return first.confidence
    if len(content(words)) <= FEW and references(words):
        return 1.0
    if first.confidence < guess:
        return first.confidence
    beside = others[0].confidence if others else 0.0
    return first.confidence / max(first.confidence + beside, 1e-9)


def _looked_up(progress: Progress) -> list[str]:
    """What the company's systems said, as far as it stands in what is said."""
    said = " ".join(progress.say)
    found = [taken for taken in progress.taken if taken.kind == StepKind.CHECK and taken.result in said]
    return [f"{taken.what.replace('_', ' ')}: {taken.result}" for taken in found if taken.result]


def article_of_code(words: str, policy: Policy) -> tuple[str, ArticleId] | None:
    """An error code that the customer quotes and the article that explains it; the first code in the text."""
    codes = {code.casefold(): (code, article) for p in policy.procedures.values() for code, article in p.codes.items()}
    places = [
        (found.start(), code)
        for code in codes
        if (found := re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", words.casefold()))
    ]
    if not places:
        return None
    code, article = codes[min(places)[1]]
    return code, ArticleId(article)
