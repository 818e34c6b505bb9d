"""The policy's own tests: each example is made into a turn and decided as a real one would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.answer.answer import NO_ARTICLE, NO_QUESTION, Answered
from core.decide.evaluation import evaluate
from core.decide.wordings import count_wordings
from core.model.conversation import ASSISTANT, NOBODY, CaseContext, Conversation, Message, Owner, OwnerKind, Role
from core.model.customer import Channel, Customer
from core.model.decision import Disposition
from core.model.draft import Draft, Finding, Sentence, SentenceKind, Severity
from core.model.ids import ArticleId, ConversationId, CustomerId, DraftId, MessageId, PassageId
from core.model.knowledge import Citation, Passage
from core.model.profile import Proving
from core.model.signals import Feeling, Scored, Signals, Urgency
from core.policy import Policy, PolicyTest
from core.procedure.guide import checks
from core.read.course import mood_drop, wants_something
from core.read.turn_input import customer_words

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday; nothing is decided by the calendar
SURE = 0.9
CONVERSATION = ConversationId("co_example")
CUSTOMER = CustomerId("cu_example")
SAYING = "A message."
UNHAPPY = -0.05  # the mood from which on a message counts as negative or positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    key: str
    expected: object
    got: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an example gave. `number` is its place in the file, from 0."""

    number: int
    example: PolicyTest
    disposition: Disposition
    mismatches: tuple[Mismatch, ...]

    @property
    def passed(self) -> bool:
        return not self.mismatches


def run(policy: Policy) -> tuple[Outcome, ...]:
    """Every example of the policy, decided by that policy itself."""
    return tuple(try_example(number, example, policy) for number, example in enumerate(policy.examples))


def try_example(number: int, example: PolicyTest, policy: Policy) -> Outcome:
    given = example.given
    case = case_of(given)
    signals = count_wordings(signals_of(given), customer_words(case), policy.triggers)
    made = evaluate(case, signals, policy, lambda _: answered_of(given), checks(case, None))
    disposition = made.disposition
    got = show(disposition)
    wrong = (
        Mismatch(key=key, expected=expected, got=got[key])
        for key, expected in example.expect.items()
        if got[key] != expected
    )
    return Outcome(number=number, example=example, disposition=disposition, mismatches=tuple(wrong))


def show(disposition: Disposition) -> dict[str, object]:
    """A disposition in the words that `expect` uses."""
    return {
        "action": disposition.action.value,
        "rule": disposition.rule,
        "group": disposition.owner.name or disposition.owner.kind.value,
        "tier": disposition.tier,
        "alert": disposition.alert,
        "first": disposition.first,
    }


# ---------------------------------------------------------------- the turn


def case_of(given: Mapping[str, Any]) -> CaseContext:
    channel = Channel(given.get("channel", Channel.EMAIL))
    return CaseContext(
        customer=Customer(id=CUSTOMER, name="A customer", tier=given.get("tier", "standard")),
        conversation=Conversation(
            id=CONVERSATION,
            customer_id=CUSTOMER,
            subject="An example",
            owner=owner_of(given.get("owner", "nobody")),
            channel=channel,
            updated_at=NOW,
            brand=given.get("brand", ""),
        ),
        timeline=_timeline(given, channel),
        now=NOW,
        proving=Proving(assumed=given.get("proved", True)),
    )


def owner_of(name: str) -> Owner:
    """`assistant`, `nobody`, `agent`, or the name of the group that has it."""
    known = {
        "assistant": ASSISTANT,
        "nobody": NOBODY,
        "agent": Owner(kind=OwnerKind.AGENT, id="agent", name="An agent"),
    }
    return known.get(name, Owner(kind=OwnerKind.TEAM, id=name, name=name))


def _timeline(given: Mapping[str, Any], channel: Channel) -> tuple[Message, ...]:
    """The assistant has answered `turns` times; then the customer says the words."""
    roles = [Role.CUSTOMER, Role.ASSISTANT] * given.get("turns", 0) + [Role.CUSTOMER]
    words = [SAYING] * (len(roles) - 1) + [given.get("words", SAYING)]
    return tuple(
        Message(
            id=MessageId(f"ms_{number}"),
            conversation_id=CONVERSATION,
            channel=channel,
            role=role,
            author="",
            text=text,
            at=NOW - timedelta(minutes=len(roles) - number),
            vendor_ref=f"example:{number}",
        )
        for number, (role, text) in enumerate(zip(roles, words, strict=True))
    )


def signals_of(given: Mapping[str, Any]) -> Signals:
    moods = tuple(given.get("moods", ()))
    mood = given.get("mood", moods[-1] if moods else 0.0)
    facts = (_fact(name, value) for name, value in given.get("facts", {}).items())
    return Signals(
        language=Scored(value=given.get("language", "en"), confidence=SURE),
        intents=_intents(given),
        sentiment=Scored(value=_feeling(mood), confidence=SURE),
        mood=mood,
        moods=moods or (mood,),
        urgency=Scored(value=Urgency.NORMAL, confidence=SURE),
        risks=tuple(Scored(value=name, confidence=sure) for name, sure in given.get("risks", {}).items()),
        facts=(*facts, *_fall(given, moods)),
    )


def _fall(given: Mapping[str, Any], moods: tuple[float, ...]) -> tuple[Scored, ...]:
    """How far the mood fell, as it is sensed; a fall that the example names itself is taken as it is."""
    fall = mood_drop(moods) if "mood_drop" not in given.get("facts", {}) else None
    return (fall,) if fall is not None and wants_something(given.get("words", SAYING)) else ()


def _intents(given: Mapping[str, Any]) -> tuple[Scored, ...]:
    """Likeliest first, as they are sensed."""
    sure = {**given.get("intents", {})}
    if "intent" in given:
        sure[given["intent"]] = given.get("confidence", SURE)
    ranked = sorted(sure.items(), key=lambda pair: -pair[1])
    return tuple(Scored(value=name, confidence=confidence) for name, confidence in ranked)


def _feeling(mood: float) -> Feeling:
    if mood < UNHAPPY:
        return Feeling.NEGATIVE
    return Feeling.POSITIVE if mood > -UNHAPPY else Feeling.NEUTRAL


def _fact(name: str, value: float | str) -> Scored:
    if isinstance(value, str):
        return Scored(value=name, confidence=1.0, label=value)
    return Scored(value=name, confidence=1.0, amount=value)


def answered_of(given: Mapping[str, Any]) -> Answered:
    """What the articles say; without a question they were not asked."""
    draft = draft_of(given)
    if not given.get("asks", True):
        return Answered(draft=draft, abstained=NO_QUESTION)
    return Answered(draft=draft, abstained=None if draft else NO_ARTICLE)


def draft_of(given: Mapping[str, Any]) -> Draft | None:
    """A draft that quotes an article, as sure as the example says; none where it says so or says nothing."""
    confidence = given.get("draft")
    if confidence is None:
        return None
    passage = Passage(
        id=PassageId("pa_example"),
        article_id=ArticleId("ar_example"),
        title="An article",
        path=(),
        text=SAYING,
        start=0,
        end=len(SAYING),
    )
    cited = Sentence(text=SAYING, kind=SentenceKind.CITED, citation=Citation(passage=passage, start=0, end=len(SAYING)))
    fault = Finding(rule="example", severity=Severity.BLOCK, text="The example says so.")
    return Draft(
        id=DraftId("dr_example"),
        sentences=(cited,),
        language=given.get("language", "en"),
        confidence=confidence,
        composer="extractive",
        findings=(fault,) if given.get("blocked") else (),
    )
