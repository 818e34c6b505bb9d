from typing import Any

import pytest

from core.answer.compose.choice import LIGHT, LONG_HISTORY, choice
from core.model.conversation import Role
from core.model.signals import Scored
from core.policy import Models
from tests.core import samples

ONE = samples.case(samples.message(1, text="How long does a refund take?"))
LONG = samples.case(*(samples.message(n, text="And?") for n in range(1, LONG_HISTORY + 2)))
SYSTEM = samples.case(*(samples.message(n, text="Routed", role=Role.SYSTEM) for n in range(1, LONG_HISTORY + 9)))
THREAT = Scored(value="legal_threat", confidence=0.9)


@pytest.mark.parametrize(
    ("case", "signals", "questions", "reason"),
    [
        (ONE, {"risks": (THREAT,)}, 1, "risk: legal_threat"),
        (ONE, {}, 3, "3 questions"),
        (ONE, {"mood": -0.8}, 1, "mood -0.8"),
        (ONE, {"facts": (Scored(value="complexity", confidence=0.9, amount=0.6),)}, 1, "complexity 0.60"),
        (ONE, {"facts": (Scored(value="business_risk", confidence=0.9, amount=0.7),)}, 1, "business risk 0.70"),
        (LONG, {}, 1, f"{LONG_HISTORY + 1} messages so far"),
    ],
)
def test_what_is_hard_goes_to_the_strong_model(case: Any, signals: Any, questions: int, reason: str) -> None:
    found = choice(case, samples.signals(**signals), questions)
    assert (found.strong, found.tier, found.reason) == (True, "strong", reason)


INSIDE = samples.case(
    *(samples.message(n, text="Hold it.", role=Role.ASSISTANT) for n in range(1, LONG_HISTORY + 9)),
    *(samples.message(n, text="Call her", role=Role.AGENT, public=False) for n in range(1, LONG_HISTORY + 9)),
    samples.message(90, text="And?"),
)


def test_a_faint_risk_does_not_buy_the_strong_model() -> None:
    faint = Scored(value="churn", confidence=0.49)
    assert choice(ONE, samples.signals(risks=(faint,))) == LIGHT
    assert choice(ONE, samples.signals(risks=(faint, THREAT))).reason == "risk: legal_threat"


@pytest.mark.parametrize("case", [ONE, SYSTEM, INSIDE])
def test_everything_else_goes_to_the_light_one(case: Any) -> None:
    assert choice(case, samples.signals(mood=-0.2)) == LIGHT


def test_the_policy_says_from_which_degree_on_a_case_is_hard() -> None:
    facts = (Scored(value="complexity", confidence=0.9, amount=0.6),)
    assert choice(ONE, samples.signals(facts=facts), models=Models(strong_complexity=0.61)) == LIGHT
