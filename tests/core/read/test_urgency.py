import pytest

from core.model.signals import NO_INTENT, Scored, Urgency
from core.read.axes import urgency
from tests.core import samples


def level(text: str, *, risks: tuple[Scored, ...] = (), hint: str = "normal", mood: float = 0.0) -> Scored:
    intent = samples.scored("leak") if hint != "normal" else NO_INTENT
    return urgency(text, risks=risks, intent=intent, hints={"leak": hint}, mood=mood)


@pytest.mark.parametrize(
    "text",
    [
        "URGENT: the hub is down",
        "please answer asap",
        "Water is running everywhere in the kitchen",
        "no heating since yesterday",
        "Es eilt, bitte sofort melden",
        "Es urgente",
        "Répondez d'urgence",
        "Third time I write, I need it tomorrow before 10 am",
    ],
)
def test_what_cannot_wait_is_high(text: str) -> None:
    found = level(text)
    assert found.value == Urgency.HIGH
    assert all(text[e.start : e.end] == e.words for e in found.evidence)


@pytest.mark.parametrize(
    "text", ["How do I reset my password?", "Which colours are there?", "Wo finde ich die Rechnung?"]
)
def test_a_plain_question_is_normal(text: str) -> None:
    assert level(text).value == Urgency.NORMAL


def test_no_rush_is_low() -> None:
    assert level("No rush, but could you send me the invoice?").value == Urgency.LOW


def test_danger_makes_any_wording_urgent() -> None:
    assert level("My father fell", risks=(samples.risk("health_urgency"),)).value == Urgency.HIGH


def test_the_intent_may_hint_at_more_but_does_not_decide_alone() -> None:
    assert level("the sensor beeps", hint="high").value == Urgency.NORMAL
    assert level("the sensor beeps, third time", hint="high").value == Urgency.HIGH


def test_capitals_and_anger_add_up_with_a_deadline() -> None:
    assert level("WHERE IS MY ORDER, I need it today", mood=-0.9).value == Urgency.HIGH
