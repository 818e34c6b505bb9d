from dataclasses import replace
from typing import Any

import pytest

from core.model.reading import ASKED, MODEL_READ, READERS_DIFFER, AskedQuestion, ModelReading, ReaderMode, ReaderRole
from core.model.signals import Evidence, Scored, Signals
from core.read.beside import LOWERED, SHOWN, combine_intents, combine_triggers, facts_of_reading
from core.read.reader import Sense
from tests.core import samples
from tests.core.read.test_reader import Alarms, Reader
from tests.core.samples import scored

WORDS = "nothin werks sinse tusday"
QUOTE = Evidence(start=0, end=len(WORDS), words=WORDS)
PLAIN = AskedQuestion(quote=QUOTE, plain="It does not work.", search="does not work", intent="reset")


def reading(
    role: ReaderRole = ReaderRole.REWRITER, mode: ReaderMode = ReaderMode.ASSIST, **changes: Any
) -> ModelReading:
    return ModelReading(
        **{"model": "m-1", "prompt_hash": "abc", "role": role, "mode": mode, "language": "en", "questions": (PLAIN,),
           **changes}
    )  # fmt: skip


def found(name: str, confidence: float = 0.75) -> Scored:
    return Scored(value=name, confidence=confidence, evidence=(QUOTE,), made_by="model")


def leading(**changes: Any) -> ModelReading:
    return reading(ReaderRole.READER, ReaderMode.LEAD, **changes)


# ---------------------------------------------------------------- intents


def test_of_each_intent_both_readings_count_on_average() -> None:
    own = (scored("refund", 0.4), scored("reset", 0.2))
    taken = combine_intents(own, reading(), "en", lambda _: (scored("reset", 0.8), scored("return", 0.2)))
    assert [(each.value, each.confidence) for each in taken] == [("reset", 0.5), ("refund", 0.2), ("return", 0.1)]
    assert taken[2].evidence == (QUOTE,)
    assert taken[2].made_by.endswith("reworded by m-1")


def test_of_another_language_the_raw_words_tell_the_intent() -> None:
    own = (scored("refund", 0.3),)
    assert combine_intents(own, reading(language="de"), "de", lambda _: (scored("reset"),)) == own


def test_where_the_plain_sentences_have_no_intent_the_raw_words_tell_it() -> None:
    own = (scored("refund", 0.3),)
    assert combine_intents(own, reading(), "en", lambda _: ()) == own


def test_an_unread_message_is_read_as_before() -> None:
    own = (scored("refund", 0.3),)
    assert combine_intents(own, None, "en", lambda _: ()) == own
    assert combine_intents(own, reading(questions=(), unread="away"), "en", lambda _: ()) == own


def test_only_where_it_leads_its_own_intent_comes_first() -> None:
    own = (scored("refund", 0.9),)
    for kind in (reading(ReaderRole.READER), reading(ReaderRole.REWRITER, ReaderMode.LEAD)):
        assert combine_intents(own, kind, "en", lambda _: ())[0].value == "refund"
    assert combine_intents(own, leading(), "en", lambda _: ())[0].value == "reset"


# ---------------------------------------------------------------- triggers


def test_an_alarm_in_the_reworded_words_is_one_in_theirs() -> None:
    (heard,) = combine_triggers((), reading(), lambda text: (scored("churn"),) if text == PLAIN.plain else ())
    assert (heard.value, heard.evidence) == ("churn", (QUOTE,))


def test_a_model_adds_an_alarm_only_where_it_leads_and_shows_it_to_people_otherwise() -> None:
    for kind, sure in (
        (leading(triggers=(found("fraud"),)), 0.75),
        (reading(ReaderRole.READER, triggers=(found("fraud"),)), SHOWN),
    ):
        (heard,) = combine_triggers((), kind, lambda _: ())
        assert (heard.value, heard.confidence) == ("fraud", sure)
    assert combine_triggers((), reading(triggers=(found("fraud"),)), lambda _: ()) == ()


@pytest.mark.parametrize("name", ["human_request", "legal_threat", "fraud", "health_urgency", "account_lockout",
                                  "vulnerable_customer", "high_risk_transaction", "press"])  # fmt: skip
def test_no_model_lowers_a_wish_for_a_person_a_legal_step_fraud_or_danger(name: str) -> None:
    (heard,) = combine_triggers((scored(name, 0.6),), leading(), lambda _: ())
    assert (heard.value, heard.confidence) == (name, 0.6)
    assert name not in LOWERED


@pytest.mark.parametrize(("confidence", "left"), [(0.6, 0.45), (0.95, 0.95)])
def test_displeasure_that_nobody_is_sure_of_it_lowers_where_it_leads(confidence: float, left: float) -> None:
    own = (scored("churn", confidence),)
    assert combine_triggers(own, leading(), lambda _: ())[0].confidence == left
    assert combine_triggers(own, reading(ReaderRole.READER), lambda _: ())[0].confidence == confidence
    assert combine_triggers(own, leading(triggers=(found("churn"),)), lambda _: ())[0].confidence == confidence


# ---------------------------------------------------------------- what is told


def told(kind: ModelReading, raw: tuple[Scored, ...], taken: tuple[Scored, ...], *heard: str) -> dict[str, Scored]:
    facts = facts_of_reading(kind, scored("en"), (raw, taken), [scored(name) for name in heard])
    return {fact.value: fact for fact in facts}


def test_its_questions_its_role_and_what_was_dropped_are_told() -> None:
    facts = told(reading(dropped=("intent 'x'",)), (scored("reset"),), (scored("reset"),))
    assert facts[ASKED].label == "It does not work."
    assert facts[ASKED].records == ("search:does not work",)
    assert facts[MODEL_READ].label == "Read by m-1 as rewriter, assist"
    assert (facts[MODEL_READ].amount, facts[MODEL_READ].records[-1]) == (1.0, "dropped:intent 'x'")
    assert READERS_DIFFER not in facts


def test_why_it_did_not_read_is_told() -> None:
    facts = told(reading(questions=(), unread="It was away."), (), ())
    assert facts[MODEL_READ].label == "It was away."
    assert set(facts) == {MODEL_READ}


@pytest.mark.parametrize(
    ("kind", "raw", "taken", "heard", "says"),
    [
        (reading(), "refund", "reset", (), "Reworded it is about reset, as it stands about refund."),
        (reading(), "", "reset", (), "Only reworded is it about reset."),
        (reading(language="de"), "reset", "reset", (), "The language model takes it for “de”, we read “en”."),
        (reading(ReaderRole.READER), "refund", "refund", (), "The language model reads reset, we read refund."),
        (reading(ReaderRole.READER, asks=False), "reset", "reset", (), "The language model finds nothing asked."),
        (reading(ReaderRole.READER, triggers=(found("fraud"),)), "reset", "reset", (), "Only the language model hears"
                                                                                      " fraud."),
    ],
)  # fmt: skip
def test_where_the_readers_differ_it_is_said(
    kind: ModelReading, raw: str, taken: str, heard: tuple[str, ...], says: str
) -> None:
    own = (scored(raw),) if raw else ()
    assert told(kind, own, (scored(taken),), *heard)[READERS_DIFFER].label == says


def test_an_intent_that_rewording_takes_away_is_a_difference() -> None:
    facts = told(reading(), (scored("refund", 0.6),), (scored("refund", 0.3),))
    assert facts[READERS_DIFFER].label == "Reworded it is not about refund any more."


def test_what_the_raw_words_say_less_surely_is_no_difference() -> None:
    assert READERS_DIFFER not in told(reading(), (scored("reset", 0.2),), (scored("reset", 0.8),))


# ---------------------------------------------------------------- through the reader of turns


def signals(kind: ModelReading | None, text: str = WORDS) -> Signals:
    reader = Reader()
    return Sense(reader, reader, reader, triggers=Alarms()).read(samples.case(samples.message(text=text)), kind)


def test_a_turn_is_read_with_what_the_model_found_in_it() -> None:
    asked = replace(PLAIN, plain="I want to talk to a person.")
    heard = signals(reading(questions=(asked,)))
    assert heard.risk("human_request") is not None
    assert heard.fact(ASKED) is not None
    assert signals(None).risk("human_request") is None
