from typing import Any

import pytest

from core.answer.compose.choice import LIGHT, LONG_HISTORY, choice
from core.model.conversation import Role
from core.model.signals import Scored
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
        (LONG, {}, 1, f"{LONG_HISTORY + 1} messages so far"),
    ],
)
def test_what_is_hard_goes_to_the_strong_model(case: Any, signals: Any, questions: int, reason: str) -> None:
    found = choice(case, samples.signals(**signals), questions)
    assert (found.strong, found.tier, found.reason) == (True, "strong", reason)


@pytest.mark.parametrize("case", [ONE, SYSTEM])
def test_everything_else_goes_to_the_light_one(case: Any) -> None:
    assert choice(case, samples.signals(mood=-0.2)) == LIGHT
