"""The word that every automatic message names as the way to a person is understood, in every language."""

import pytest

from core.read.risks import RULES
from core.read.rule import fire_rules
from core.text.courtesies import BUILT_IN


@pytest.mark.parametrize("language", sorted(BUILT_IN))
@pytest.mark.parametrize("written", [str, str.upper, str.lower, lambda word: f"{word}.", lambda word: f" {word} "])
def test_the_word_of_the_way_out_asks_for_a_person(language: str, written: "type[str]") -> None:
    word = BUILT_IN[language].agent
    assert "human_request" in {risk.value for risk in fire_rules(RULES, written(word))}
