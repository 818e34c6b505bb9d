"""Triggers in German, Spanish and French, which rules hear alone. The rules were mended with these very cases: they
guard against a loss, and say nothing of how well unseen words are heard."""

from pathlib import Path

import pytest
import yaml

from core.read.risks import RULES
from core.read.rule import fire_rules

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "foreign.yaml").read_text(encoding="utf-8"))
ROWS = [
    pytest.param(trigger, text, kind == "positive", id=f"{trigger} {code} {kind} {number}")
    for trigger, languages in CASES.items()
    for code, kinds in languages.items()
    for kind, texts in kinds.items()
    for number, text in enumerate(texts)
]


@pytest.mark.parametrize(("trigger", "text", "shows"), ROWS)
def test_plain_words_of_other_languages_are_heard(trigger: str, text: str, shows: bool) -> None:
    assert any(risk.value == trigger for risk in fire_rules(RULES, text)) is shows
