"""What an answer to a question of a procedure is kept as."""

from dataclasses import replace

import pytest

from core.model.decision import Outcome
from core.policy import Procedure, ProcedureStep, StepKind
from core.procedure.answered import choices, find_told, plainly, read_answer
from core.procedure.run import Doing, begin
from core.text.courtesies import BUILT_IN
from tests.core.procedure.test_run import OFFLINE

ASKED = ProcedureStep(id="works", kind=StepKind.ASK, text="…?", into="works")
BRANCH = ProcedureStep(id="then", kind=StepKind.BRANCH, when="works == yes", then="done")


def in_language(language: str) -> Procedure:
    return replace(OFFLINE, language=language, steps=(ASKED, BRANCH))


@pytest.mark.parametrize("language", sorted(BUILT_IN))
def test_the_buttons_that_are_offered_are_understood_when_they_come_back(language: str) -> None:
    procedure, lines = in_language(language), BUILT_IN[language]
    assert choices(procedure, ASKED) == (lines.yes, lines.no)
    for word, meant in ((lines.yes, "yes"), (lines.no, "no")):
        for sent in (word, word.upper(), f" {word}. ", f"{word} 👍🏽"):
            assert read_answer(procedure, ASKED, sent) == meant
            assert plainly(procedure, ASKED, sent, (lines.yes, lines.no))


@pytest.mark.parametrize(("language", "words"), [("pt", "Sim, mas não sei"), ("ja", "はい、たぶん"), ("de", "Blau")])
def test_more_than_the_button_says_is_read(language: str, words: str) -> None:
    assert read_answer(in_language(language), ASKED, words) is None


DEVICE = Procedure(
    name="visit",
    intents=frozenset({"booking"}),
    steps=(
        ProcedureStep(id="device", kind=StepKind.ASK, text="What is it about: Warm, Door or Hub?", into="device"),
        ProcedureStep(id="which", kind=StepKind.BRANCH, when="device in warm", then="boiler", otherwise="done"),
        ProcedureStep(id="boiler", kind=StepKind.ASK, text="Which colour is its light: green or red?", into="light"),
        ProcedureStep(id="fork", kind=StepKind.BRANCH, when="light == green", then="done"),
    ),
)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Please come and fit my Larkfield Hub", ("Hub", "hub")),
        ("Somebody for the Warm, please. It is at the door.", ("Warm", "warm")),
        ("A visit for my Hub and my Warm", None),
        ("I need a warm room and a new door", None),
        ("Can somebody come?", None),
    ],
)
def test_a_thing_that_was_named_at_the_beginning_is_not_asked_for(words: str, told: tuple[str, str] | None) -> None:
    assert find_told(DEVICE, DEVICE.steps[0], words) == told


def test_what_may_be_said_of_anything_is_asked_for_all_the_same() -> None:
    progress = begin(DEVICE, Doing(check=lambda name: "unknown"), words="My green Warm needs a visit")
    assert (progress.outcome, progress.say) == (Outcome.WAITING, ("Which colour is its light: green or red?",))
    assert [(taken.kind, taken.what) for taken in progress.taken[:1]] == [("told", "Warm")]
    assert find_told(in_language("en"), ASKED, "Yes, it is: No") is None
