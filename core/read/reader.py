"""Reading a turn: language, intent, sentiment, urgency, risk and facts, each with its evidence."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from core.model.conversation import CaseContext, Earlier, Message, Role
from core.model.customer import Channel, Customer
from core.model.journey import JourneyStepKind
from core.model.reading import ModelReading
from core.model.signals import (
    COURTESY,
    GREETING,
    NO_INTENT,
    OUT_OF_SCOPE,
    UNKNOWN_LANGUAGE,
    Evidence,
    Scored,
    Signals,
    Urgency,
)
from core.ports import (
    EmotionReader,
    Encoder,
    IntentReader,
    KindReader,
    LanguageReader,
    OutcomeReader,
    SentimentReader,
    SimilarityReader,
    TriggerReader,
)
from core.read.axes import amount, business_risk, complexity, emotional_weight, resolution_pattern, urgency
from core.read.beside import combine_intents, combine_triggers, facts_of_reading
from core.read.course import course, level
from core.read.injection import find_injection
from core.read.names import Nameless, without_names
from core.read.non_requests import AUTOMATIC_LABEL, MACHINE, automatic, declared_automatic, spam
from core.read.opt_out import IN_WORDS, keyword
from core.read.repeats import LONGEST, Likeness, Remembering, describe_contact, find_repeated, repeat_contact, sameness
from core.read.rule import fire_rules
from core.read.turn_input import (
    LONGEST_MAIL,
    LONGEST_WORDS,
    Heard,
    asks_back,
    customer_words,
    fits,
    is_courtesy,
    join_words,
    newest_words,
    opening,
    read_attachments,
    rounds,
    spoken_words,
    stands_alone,
)

# ------------------------------------------------------------------
# The language of a turn.

FEW = 6  # words; of so few no reader can be sure: "it pulses amber"


def read_language(case: CaseContext, text: str, reader: LanguageReader) -> Scored:
    """Of a short reply whose language cannot be told: that of what the customer wrote before."""
    found = reader.language(text)
    if found.value != UNKNOWN_LANGUAGE.value or not 0 < len(text.split()) <= FEW:
        return found
    before = join_words([message for each in rounds(case.timeline)[:-1] for message in each.wrote])
    # What shows it stands in earlier messages, not in this text.
    return replace(reader.language(before), evidence=()) if before else found


# ------------------------------------------------------------------
# What the profile says of a customer: tier, worth, flags. Never what customers say of themselves.

MADE_BY = "record:profile"
BY_AGENT = "agent"
YES = frozenset({"true", "yes", "1", "y", "on", "ja", "si", "sí", "oui"})
# As companies name these fields and tags; a field of an organization begins with `organization.`.
WORTH = ("lifetime_value", "ltv", "customer_value", "total_spent", "lifetime_revenue", "clv")
VALUED = frozenset({"vip", "key_account", "keyaccount", "strategic_account", "priority_customer", "important_customer"})
TAGS = ("tags", "organization.tags")


def profile(customer: Customer) -> tuple[Scored, ...]:
    """`account_tier`; `lifetime_value` where the profile has a figure; `vip` for each flag or tag that says so."""
    tier = Scored(
        value="account_tier",
        label=customer.tier,
        confidence=1.0,
        records=(f"profile.tier={customer.tier}",),
        made_by=MADE_BY,
    )
    return (tier, *_worth(customer), *_flags(customer))


def _worth(customer: Customer) -> Iterable[Scored]:
    for name in WORTH:
        worth = amount(customer.attributes.get(name, ""))
        if worth:
            yield Scored(
                value="lifetime_value",
                confidence=1.0,
                records=(f"profile.{name}={customer.attributes[name]}",),
                amount=worth,
                made_by=MADE_BY,
            )
            return


def _flags(customer: Customer) -> Iterable[Scored]:
    named = {name: f"profile.{name}={v}" for name, v in customer.attributes.items() if v.casefold() in YES}
    for field in TAGS:
        tags = customer.attributes.get(field, "").replace(",", " ").split()
        named |= {tag: f"profile.{field}={tag}" for tag in tags}
    for name in sorted(named):
        label = name.removeprefix("organization.").casefold()
        if label in VALUED:
            yield Scored(value="vip", label=label, confidence=1.0, records=(named[name],), made_by=MADE_BY)


# ------------------------------------------------------------------

SURE_OF_KIND = 0.6  # how sure it must be that nobody waits for an answer …
RIGHT_OF_KIND = 0.95  # … and how often that is right then: 50 of 51 in labelled conversations of four companies
# How sure of an intent it must be to tie two matters or to part them: of 39 later turns of one talk none is then parted
# from its first, of 300 pairs of two matters none is tied and 7 are parted.
SURE_OF_INTENT = 0.7
ANY_MATTER = frozenset({"human_request", "formal_complaint", "legal_threat"})  # what may be said about any matter
MOODS = 8  # turns of the customer whose mood is looked at
_EARLIER = 600  # characters of what was written before that the intent is read with
_REMEMBERED = 500  # turns whose intents and moods are not read again


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """The intents that a text surely has, by name, with their labels. `any_matter`: it asks for a person, complains or
    threatens, which says how it is to go on and not what it is about."""

    labels: Mapping[str, str]
    any_matter: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Felt:
    """How a text sounds: its feeling, the mood from -1 to 1, its emotions, and how loud they are together."""

    feeling: Scored
    mood: float
    emotions: tuple[Scored, ...]
    level: float


class Sense:
    """Reads the customer's unanswered words. Every span of evidence counts characters of `customer_words(case)`."""

    def __init__(
        self,
        language: LanguageReader,
        intents: IntentReader,
        sentiment: SentimentReader,
        *,
        triggers: TriggerReader | None = None,
        kinds: KindReader | None = None,
        emotions: EmotionReader | None = None,
        outcomes: OutcomeReader | None = None,
        similarity: SimilarityReader | None = None,
        hints: Mapping[str, str] | None = None,
        encoder: Encoder | None = None,
        promised: timedelta | None = None,
    ) -> None:
        """`triggers` hears what the words show, `kinds` who waits for no answer, `outcomes` tells whether an attempt
        helped, `similarity` whether two things are one, `hints` maps an intent to its usual urgency, the encoder sees
        what lies near in meaning, `promised` is the time within which the company says that it answers."""
        self._language = language
        self._intents = intents
        self._sentiment = sentiment
        self._triggers = triggers
        self._kinds = kinds
        self._emotions = emotions
        self._outcomes = outcomes
        self._similarity = similarity
        self._hints = dict(hints or {})
        self._encoder = Remembering(encoder) if encoder else None
        self._promised = promised
        self._felt_in = lru_cache(maxsize=_REMEMBERED)(self._felt)
        self._recognised = lru_cache(maxsize=_REMEMBERED)(self._has_intent)
        self._wants_of = lru_cache(maxsize=_REMEMBERED)(self._sure_wants)

    def read(self, case: CaseContext, reading: ModelReading | None = None) -> Signals:
        """All signals of the turn. An empty turn has neither intent nor risk. `reading` is what a language model found
        in the same words."""
        text = customer_words(case)
        words = without_names(text, case.customer.name)
        felt = _felt_back(self._felt_in(words.text), words)
        language = words.back(read_language(case, words.text, self._language))
        intents = tuple(map(words.back, self._wanted(case, words.text)))
        triggers = tuple(map(words.back, self._triggers.triggers(words.text))) if self._triggers else ()
        # Two readers are weighed against each other; an agent is not.
        taken = intents if case.corrected else combine_intents(intents, reading, language.value, self._intents.intents)
        heard = self._heard(case, text, felt, taken, self._risks(case, text, self._combined(triggers, reading)))
        return Signals(
            language=language,
            intents=heard.intents,
            sentiment=felt.feeling,
            mood=felt.mood,
            urgency=heard.urgency,
            risks=heard.risks,
            emotions=heard.emotions,
            facts=(
                *facts_of(heard, self._promised),
                *self._courtesy(text),
                *facts_of_reading(reading, language, (intents, taken), triggers),
            ),
            moods=heard.moods,
        )

    def alike(self, text: str, earlier: Earlier) -> Likeness:
        """Whether a text is about what an earlier conversation was about."""
        score, before = sameness(text, earlier, self._encoder), describe_contact(earlier)
        if self._similarity is not None:
            # The trained reader tells a new wish from a report, the rules one thing from another: both have to see it.
            score = (score + self._similarity.same_matter(text[:LONGEST], before)) / 2
        here, there = self._wants_of(text[:LONGEST]), self._wants_of(before)
        common = [label for name, label in here.labels.items() if name in there.labels]
        return Likeness(
            score=score,
            intent=common[0] if common and not (here.any_matter and there.any_matter) else "",
            differs=bool(here.labels and there.labels) and not (common or here.any_matter or there.any_matter),
        )

    def _sure_wants(self, text: str) -> Wants:
        said = {one.value for one in self._triggers.triggers(text)} if self._triggers else frozenset()
        sure = (one for one in self._intents.intents(text) if one.confidence >= SURE_OF_INTENT)
        return Wants(labels={one.value: one.label for one in sure}, any_matter=bool(said & ANY_MATTER))

    def _combined(self, triggers: tuple[Scored, ...], reading: ModelReading | None) -> tuple[Scored, ...]:
        return combine_triggers(triggers, reading, self._triggers.triggers) if self._triggers else triggers

    def _heard(
        self, case: CaseContext, text: str, felt: Felt, intents: tuple[Scored, ...], risks: tuple[Scored, ...]
    ) -> Heard:
        intent = intents[0] if intents else NO_INTENT
        before = [words for each in rounds(case.timeline)[:-1][-MOODS:] if (words := join_words(each.wrote))]
        return Heard(
            case=case,
            text=text,
            intents=intents,
            risks=risks,
            emotions=felt.emotions,
            mood=felt.mood,
            moods=(*(self._felt_in(words).mood for words in before), felt.mood),
            urgency=urgency(text, risks=risks, intent=intent, hints=self._hints, mood=felt.mood),
            recognised=self._recognised,
            encoder=self._encoder,
            outcomes=self._outcomes,
            similarity=self._similarity,
            levels=(*(self._felt_in(words).level for words in before), felt.level),
        )

    def _wanted(self, case: CaseContext, text: str) -> tuple[Scored, ...]:
        """An e-mail's subject is part of its first message: "Where is LK-20114?" with "see above" as the text; not so
        where the text says by itself what it is about. What an agent says that it is about is not read again."""
        if case.corrected is not None:
            intent, label = case.corrected
            said = Scored(value=intent, label=label, confidence=1.0, made_by=BY_AGENT)
            return () if intent == OUT_OF_SCOPE else (said,)
        before = join_words([each for turn in rounds(case.timeline)[:-1] for each in turn.wrote])
        earlier = without_names(before[-_EARLIER:], case.customer.name).text
        subject = opening(case)
        alone = self._intents.intents(text, earlier) if not subject or stands_alone(text) else ()
        if not subject or fits(alone):
            return alone
        above = f"{subject}\n"
        found = self._intents.intents(above + text, earlier)
        return tuple(replace(one, evidence=_shifted(one.evidence, len(above), text)) for one in found)

    def _risks(self, case: CaseContext, text: str, heard: tuple[Scored, ...]) -> tuple[Scored, ...]:
        found = {risk.value: risk for risk in (*fire_rules((IN_WORDS,), text), *heard)}
        # Who is no customer, and who wants no answer, is read from the newest message alone: what came before it was
        # decided by itself, and does not silence what is said now.
        newest, begins = newest_words(case)
        others = (
            keyword(case),
            declared_automatic(case.latest) or _moved(self._automatic(newest, _own_subject(case)), begins),
            find_repeated(case, self._encoder, self._similarity),
            find_injection(text),
            _moved(spam(newest), begins),
        )
        found |= {risk.value: risk for risk in others if risk}
        return tuple(sorted(found.values(), key=lambda risk: -risk.confidence))

    def _automatic(self, text: str, subject: str) -> Scored | None:
        """Read from all of the text, or from the words that automatic mails begin with."""
        sure = self._kinds.kinds(text).get("automatic", 0.0) if self._kinds else 0.0
        if sure < SURE_OF_KIND:
            return automatic(text, subject)
        return Scored(
            value=MACHINE,
            confidence=max(sure, RIGHT_OF_KIND),
            label=AUTOMATIC_LABEL,
            evidence=(Evidence(start=0, end=len(text), words=text),),
            made_by="kinds",
        )

    def _courtesy(self, text: str) -> tuple[Scored, ...]:
        """Thanks, a greeting and the like: the fact `courtesy`. Whoever asks something, asks."""
        chances = self._kinds.kinds(text) if self._kinds and text else {}
        sure = max(chances.get("quiet", 0.0) if "?" not in text else 0.0, chances.get("greeting", 0.0))
        if sure < SURE_OF_KIND:
            return ()
        evidence = (Evidence(start=0, end=len(text), words=text),)
        label = GREETING if sure == chances.get("greeting") else "Courtesy"
        return (Scored(value=COURTESY, confidence=sure, label=label, evidence=evidence, made_by="kinds"),)

    def _felt(self, text: str) -> Felt:
        feeling, mood = self._sentiment.sentiment(text)
        emotions = self._emotions.emotions(text) if self._emotions else ()
        return Felt(feeling=feeling, mood=mood, emotions=emotions, level=level(text, feeling, mood, emotions))

    def _has_intent(self, text: str) -> bool:
        return fits(self._intents.intents(text))


def _felt_back(felt: Felt, words: Nameless) -> Felt:
    return replace(felt, feeling=words.back(felt.feeling), emotions=tuple(map(words.back, felt.emotions)))


def _moved(risk: Scored | None, by: int) -> Scored | None:
    """A risk that was read in the newest message, its evidence counted in all that is read."""
    if risk is None or not by:
        return risk
    return replace(risk, evidence=tuple(replace(e, start=e.start + by, end=e.end + by) for e in risk.evidence))


def _own_subject(case: CaseContext) -> str:
    """The subject that the newest message itself came with: that of the mail which opened the conversation."""
    first = next((m for m in case.timeline if m.role is Role.CUSTOMER), None)
    mailed = first is not None and first is case.latest and first.channel in (Channel.EMAIL, Channel.WEB)
    return case.conversation.subject if mailed else ""


def _shifted(evidence: Sequence[Evidence], before: int, text: str) -> tuple[Evidence, ...]:
    """Spans of what has `before` characters ahead of the text, as spans of the text; none where they end before it."""
    spans = [(max(0, each.start - before), each.end - before) for each in evidence if each.end > before]
    return tuple(Evidence(start=start, end=end, words=text[start:end]) for start, end in spans)


# ------------------------------------------------------------------
# What is likely: a broken promise of time, a customer who rates this badly. Predictions, each with its sum.


FORECAST = "forecast-1"

# ---------------------------------------------------------------- the promise of an answer

# Where neither the helpdesk nor the policy promises a time: what customers of this urgency usually expect.
EXPECTED: Mapping[str, timedelta] = {
    Urgency.HIGH: timedelta(hours=1),
    Urgency.NORMAL: timedelta(hours=8),
    Urgency.LOW: timedelta(hours=24),
}
# The odds are even when a quarter of the time is left, and e^4 to one with a whole time more or less.
_EVEN_AT, _STEEPNESS = 0.25, 4.0


def sla_breach(heard: Heard, promised: timedelta | None) -> Scored | None:
    """How likely the customer's oldest unanswered message outlives the promised time."""
    waiting = heard.case.unanswered
    if not waiting:
        return None
    most = promised or EXPECTED[heard.urgency.value]
    waited = max(timedelta(0), heard.case.now - waiting[0].at)
    left = (most - waited) / most
    says = f"waited {_minutes(waited):g} of {_minutes(most):g} minutes"
    return _fact("sla_breach", _chance(_STEEPNESS * (_EVEN_AT - left)), (says,))


# ---------------------------------------------------------------- satisfaction

# What each ground adds to the logit of a bad rating. Set by judgement, not fitted: nobody's ratings were at hand.
BASE = -2.4
WEIGHTS: Mapping[str, float] = {
    "bad mood": 2.2,  # for a mood of -1
    "good mood": -1.5,  # for a mood of +1
    "fall of the mood": 1.2,  # for a fall of 1
    "hours waited": 0.12,  # each, up to MOST_HOURS
    "failed attempts": 0.7,  # each, up to MOST_COUNTED
    "failures on our pages": 0.4,  # likewise
    "earlier contacts about it": 0.6,
    "earlier handoffs": 0.3,
    "asked again": 0.8,
    "earlier dissatisfaction": 0.9,
    "may leave": 0.8,
    "complains formally": 0.8,
    "abusive": 0.8,
}
MOST_HOURS, MOST_COUNTED = 24.0, 3.0


def low_satisfaction(heard: Heard, facts: Iterable[Scored]) -> Scored:
    """How likely the customer rates this conversation badly as it stands now."""
    amounts = {fact.value: fact.amount or 0.0 for fact in facts}
    named = {fact.value for fact in facts}
    waiting = heard.case.unanswered
    hours = (heard.case.now - waiting[0].at).total_seconds() / 3600 if waiting else 0.0
    found = {
        "bad mood": max(0.0, -heard.mood),
        "good mood": max(0.0, heard.mood),
        "fall of the mood": amounts.get("mood_drop", 0.0),
        "hours waited": min(MOST_HOURS, max(0.0, hours)),
        "failed attempts": min(MOST_COUNTED, amounts.get("failed_cycles", 0.0)),
        "failures on our pages": min(MOST_COUNTED, amounts.get("page_trouble", 0.0)),
        "earlier contacts about it": min(MOST_COUNTED, amounts.get("repeat_contact", 0.0)),
        "earlier handoffs": min(MOST_COUNTED, amounts.get("escalation_history", 0.0)),
        "asked again": _sure(heard, "repeated_question"),
        "earlier dissatisfaction": max(_sure(heard, "prior_dissatisfaction"), float("prior_dissatisfaction" in named)),
        "may leave": _sure(heard, "churn"),
        "complains formally": _sure(heard, "formal_complaint"),
        "abusive": _sure(heard, "abuse"),
    }
    added = {name: WEIGHTS[name] * amount for name, amount in found.items() if amount}
    records = tuple(f"{name} {weight:+.2f}" for name, weight in sorted(added.items(), key=lambda each: -abs(each[1])))
    return _fact("low_satisfaction", _chance(BASE + sum(added.values())), records)


def upsell(heard: Heard) -> Scored | None:
    risk = heard.risk("upsell")
    if risk is None:
        return None
    return Scored(
        value="upsell", confidence=risk.confidence, amount=risk.confidence, evidence=risk.evidence, made_by=risk.made_by
    )


def _sure(heard: Heard, name: str) -> float:
    risk = heard.risk(name)
    return risk.confidence if risk else 0.0


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def _minutes(span: timedelta) -> float:
    return round(span.total_seconds() / 60, 1)


def _fact(value: str, chance: float, records: tuple[str, ...]) -> Scored:
    return Scored(
        value=value, confidence=0.6, label="Predicted", amount=round(chance, 3), records=records, made_by=FORECAST
    )


# ------------------------------------------------------------------
# All facts of a turn, drawn together: axes, profile, history, course, forecasts, files.


def facts_of(heard: Heard, promised: timedelta | None = None) -> tuple[Scored, ...]:
    """`promised`: the time within which the company said that it answers; None where it said nothing."""
    case = heard.case
    customer = profile(case.customer)
    again = repeat_contact(case, heard.text, heard.encoder, heard.similarity)
    told = [*history(case), *course(heard), *_some(again)]
    axes = (complexity(heard.text), emotional_weight(heard), business_risk(heard, customer), resolution_pattern(heard))
    forecasts = _some(sla_breach(heard, promised), low_satisfaction(heard, told), upsell(heard))
    others = _some(heard.risk("repeated_question"), bounce_loop(case), fact_of_cut(heard))
    return (*axes, *customer, *told, *forecasts, *others, *read_attachments(case))


def fact_of_cut(heard: Heard) -> Scored | None:
    """The fact `cut`: a part of the turn was too long to be read; amount = characters of the messages that were cut."""
    long = [m for m in heard.case.unanswered if len(m.text) > LONGEST_MAIL or len(spoken_words(m.text)) > LONGEST_WORDS]
    if not long:
        return None
    return Scored(
        value="cut",
        confidence=1.0,
        label="The message is longer than what was read",
        amount=float(sum(len(message.text) for message in long)),
        records=tuple(message.named for message in long),
        made_by="rule:cut",
    )


def _some(*found: Scored | None) -> Iterable[Scored]:
    return [each for each in found if each is not None]


# ------------------------------------------------------------------
# Two machines that write to each other: how many automatic messages came in a row.


def bounce_loop(case: CaseContext) -> Scored | None:
    """The fact `bounce_loop`: amount = the customer side's newest messages in a row that a machine wrote."""
    count, records = 0, []
    for message in reversed(case.timeline):
        if message.role is not Role.CUSTOMER:
            continue
        if not message.automatic and automatic(message.text, "") is None:
            break
        count += 1
        records.append(message.named)
    if not count:
        return None
    return Scored(
        value="bounce_loop",
        confidence=0.95,
        label="Automatic messages in a row",
        amount=float(count),
        records=tuple(records),
        made_by="rule:bounce_loop-1",
    )


# ------------------------------------------------------------------
# What the records tell of earlier times: how often people had to step in, how it ended, how long this takes.


HISTORY = "record:history"
_BAD = ("bad", "bad_with_comment", "badwithcomment")
# A bad rating is the customer's own word; several handoffs only make it likely.
_RATED_BAD = 0.9
_HANDED_OVER = 0.4
_OFTEN = 2
PAUSE = timedelta(hours=1)  # who is silent for so long after an answer has gone


def history(case: CaseContext) -> Iterable[Scored]:
    """`escalation_history`, `prior_dissatisfaction`, `page_trouble`, `assistant_minutes` and `open_minutes`, each where
    it is so."""
    escalated = tuple(past.named for past in case.past if past.escalated)
    if escalated:
        yield _history_fact("escalation_history", 1.0, records=escalated, amount=float(len(escalated)))
    bad = tuple(past.named for past in case.past if past.satisfaction in _BAD)
    if bad or len(escalated) >= _OFTEN:
        confidence = _RATED_BAD if bad else _HANDED_OVER
        label = "Rated an earlier conversation as bad" if bad else "Was handed over before"
        yield _history_fact("prior_dissatisfaction", confidence, records=bad or escalated, label=label)
    yield from page_trouble(case)
    if (minutes := assistant_minutes(case)) is not None:
        yield _history_fact("assistant_minutes", 1.0, amount=minutes)
    if (minutes := open_minutes(case)) is not None:
        yield _history_fact("open_minutes", 1.0, amount=minutes)


def page_trouble(case: CaseContext) -> Iterable[Scored]:
    """What failed or broke on the company's pages just before the customer wrote; amount = how often."""
    gone_wrong = [step for step in case.visit if step.kind in (JourneyStepKind.FAILED, JourneyStepKind.ERROR)]
    if gone_wrong:
        often = Counter((step.name or step.kind.value, step.page) for step in gone_wrong)
        records = tuple(f"page:{page} {name} ×{times}" for (name, page), times in often.most_common())
        last = gone_wrong[-1]
        label = f"{last.name or 'An error'} on {last.page}"
        yield _history_fact("page_trouble", 1.0, amount=float(len(gone_wrong)), records=records, label=label)


def assistant_minutes(case: CaseContext) -> float | None:
    """Minutes since the assistant's first word after any person's; None where a person has it or it said nothing, or
    where thanks were the last word.

    After thanks, or a PAUSE after anything we said, nobody was at it any more: then they count from the customer's
    return. Who comes back the next day to answer a question of ours has not spent the night with the assistant."""
    if case.conversation.owner.is_human:
        return None
    first: datetime | None = None
    said: Message | None = None  # what the customer may answer to; None while they wait for us
    done = False
    for message in case.timeline:
        if not message.public or message.unasked or _before_solved(case, message.at):
            continue
        if message.role is Role.AGENT:
            first, said, done = None, None, False
        elif message.role is Role.ASSISTANT:
            first, said = first or message.at, message
        elif message.role is Role.CUSTOMER and said is not None:
            if is_courtesy(spoken_words(message.text)) and not asks_back(said.text):
                done = True
            elif done or message.at - said.at > PAUSE:
                first, said, done = message.at, None, False
    return None if first is None or done else _handled_minutes(case.now - first)


def open_minutes(case: CaseContext) -> float | None:
    """Minutes since the customer first wrote about the matter (again, after it was solved)."""
    written = [m.at for m in case.timeline if m.role is Role.CUSTOMER and not _before_solved(case, m.at)]
    return _handled_minutes(case.now - written[0]) if written and case.conversation.open else None


def _before_solved(case: CaseContext, at: datetime) -> bool:
    solved_at = case.conversation.solved_at
    return solved_at is not None and at <= solved_at


def _handled_minutes(span: timedelta) -> float:
    return round(max(0.0, span.total_seconds() / 60), 1)


def _history_fact(
    value: str, confidence: float, *, records: tuple[str, ...] = (), amount: float | None = None, label: str = ""
) -> Scored:
    return Scored(value=value, confidence=confidence, records=records, amount=amount, label=label, made_by=HISTORY)
