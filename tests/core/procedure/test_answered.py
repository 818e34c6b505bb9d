"""What an answer to a question of a procedure is kept as."""

from dataclasses import replace

import pytest

from core.answer.courtesies import BUILT_IN
from core.coordinate.policy import Procedure, Step, StepKind
from core.procedure.answered import answered, choices, plainly
from tests.core.procedure.test_run import OFFLINE

ASKED = Step(id="works", kind=StepKind.ASK, text="…?", into="works")
BRANCH = Step(id="then", kind=StepKind.BRANCH, when="works == yes", then="done")


def in_language(language: str) -> Procedure:
    return replace(OFFLINE, language=language, steps=(ASKED, BRANCH))


@pytest.mark.parametrize("language", sorted(BUILT_IN))
def test_the_buttons_that_are_offered_are_understood_when_they_come_back(language: str) -> None:
    procedure, lines = in_language(language), BUILT_IN[language]
    assert choices(procedure, ASKED) == (lines.yes, lines.no)
    for word, meant in ((lines.yes, "yes"), (lines.no, "no")):
        for sent in (word, word.upper(), f" {word}. ", f"{word} 👍🏽"):
            assert answered(procedure, ASKED, sent) == meant
            assert plainly(procedure, ASKED, sent, (lines.yes, lines.no))


@pytest.mark.parametrize(("language", "words"), [("pt", "Sim, mas não sei"), ("ja", "はい、たぶん"), ("de", "Blau")])
def test_more_than_the_button_says_is_read(language: str, words: str) -> None:
    assert answered(in_language(language), ASKED, words) is None
