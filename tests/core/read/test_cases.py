"""The course detectors on the cases that they were tuned on, with the model that they run with: they may not get worse.

What they are worth is measured on others' cases (tests/scenarios/triggers)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.evaluate.triggers import case_of_course
from connectors.local.encoder import MiniLmEncoder
from connectors.local.outcomes import OutcomeModel
from connectors.local.similarity import PairModel
from core.model.conversation import CaseContext
from core.model.signals import Scored
from core.read.axes import complexity
from core.read.course import failed_cycles
from core.read.repeats import Remembering, find_repeated, repeat_contact
from core.read.turn_input import Heard, customer_words
from tests.core import samples

FOLDER = Path(__file__).parent / "cases"
SENTENCES = MiniLmEncoder()
ENCODER = Remembering(SENTENCES)
LIKENESS = PairModel(SENTENCES)
OUTCOMES = OutcomeModel(SENTENCES)
MOST_WRONG = 0.06


def heard(case: CaseContext) -> Heard:
    return Heard(
        case=case,
        text=customer_words(case),
        intents=(),
        risks=(),
        emotions=(),
        mood=0.0,
        moods=(),
        urgency=samples.scored("normal"),
        recognised=lambda _: False,
        outcomes=OUTCOMES,
    )


def fires(name: str, case: CaseContext) -> bool:
    found: dict[str, Scored | None] = {
        "repeated_question": find_repeated(case, ENCODER, LIKENESS) if name == "repeated_question" else None,
        "repeat_contact": (
            repeat_contact(case, customer_words(case), ENCODER, LIKENESS) if name == "repeat_contact" else None
        ),
        "failed_cycles": failed_cycles(heard(case)) if name == "failed_cycles" else None,
        "complexity": complexity(customer_words(case)) if name == "complexity" else None,
    }
    least = {"failed_cycles": 2, "complexity": 0.7}
    scored = found[name]
    return scored is not None and (scored.amount or 0.0) >= least.get(name, 1)


@pytest.mark.parametrize("name", ["repeated_question", "repeat_contact", "failed_cycles", "complexity"])
@pytest.mark.parametrize("kind", ["positive", "negative"])
def test_the_tuned_cases_stay_right(name: str, kind: str) -> None:
    cases: list[Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))[kind]
    wrong = [case for case in cases if fires(name, case_of_course(case)) != (kind == "positive")]
    assert len(cases) >= 25
    assert len(wrong) <= MOST_WRONG * len(cases), wrong
