"""Which matters are plausible enough to ask about, and what the answer means."""

from dataclasses import replace

import pytest

from core.decide.evaluation import apply_choice, plausible
from core.model.signals import Signals
from core.policy.self_service import SelfService
from tests.core.rules import policy
from tests.core.samples import scored, signals

MATTERS = {"reset": {"en": "a reset", "de": "ein Neustart"}, "parcel": {"en": "a parcel"}, "bill": {"en": "a bill"}}
RULES = replace(policy(), self_service=SelfService(matters=MATTERS))  # an intent is sure from 0.4


def heard(*intents: tuple[str, float], language: str = "en") -> Signals:
    return signals(intents=tuple(scored(name, sure) for name, sure in intents), language=scored(language))


def test_two_faint_matters_with_names_are_worth_a_question() -> None:
    assert plausible(heard(("reset", 0.3), ("parcel", 0.25)), RULES) == ("a reset", "a parcel")


@pytest.mark.parametrize(
    "found",
    [
        heard(("reset", 0.5), ("parcel", 0.3)),  # one is sure
        heard(("reset", 0.3), ("parcel", 0.05)),  # the other is a guess
        heard(("reset", 0.3), ("secret", 0.3)),  # one has no name that customers know
        heard(("reset", 0.3), ("parcel", 0.3), language="de"),  # … or none in their language
        heard(),
    ],
)
def test_nothing_else_is(found: Signals) -> None:
    assert len(plausible(found, RULES)) < 2


def test_the_matter_that_the_customer_named_is_what_it_is_about() -> None:
    read = apply_choice(heard(("reset", 0.3), ("parcel", 0.2)), RULES, "a parcel")
    assert (read.intent.value, read.intent.made_by) == ("parcel", "the customer, when asked")
    assert [intent.value for intent in read.intents] == ["parcel", "reset"]


def test_a_thing_that_is_no_matter_changes_nothing() -> None:
    found = heard(("reset", 0.3))
    assert apply_choice(found, RULES, "Reset the hub") is found
    assert apply_choice(found, RULES, "") is found
