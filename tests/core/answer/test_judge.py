import pytest

from core.answer.judge import RULE, doubt
from core.errors import TransientError
from core.model.draft import Severity
from tests.core import samples
from tests.core.answer.compose.models import Clock, Model, patience

DRAFT = samples.draft()


def doubted(model: Model, questions: tuple[str, ...] = ("How do I reset it?",)) -> str | None:
    found = doubt(model, samples.case(), questions, DRAFT, patience(Clock()))
    if found is None:
        return None
    assert (found.rule, found.severity) == (RULE, Severity.BLOCK)
    return found.text


def test_what_answers_is_not_doubted() -> None:
    assert doubted(Model({"lacking": "", "answers": True})) is None


def test_what_lacks_something_is_kept_from_leaving_with_the_reason() -> None:
    text = doubted(Model({"lacking": "how long it takes", "answers": False}))
    assert text == "The language model finds that this does not answer the question; it lacks “how long it takes”."


@pytest.mark.parametrize("reply", [TransientError("away"), "no JSON", {"lacking": "", "answers": "maybe"}])
def test_a_judge_that_cannot_be_asked_changes_nothing(reply: object) -> None:
    assert doubted(Model(reply)) is None


def test_nobody_is_asked_about_no_question() -> None:
    model = Model({"lacking": "all", "answers": False})
    assert doubted(model, ()) is None
    assert model.prompts == []
