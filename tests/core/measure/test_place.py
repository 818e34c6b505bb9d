from dataclasses import replace
from typing import Any

import pytest

from core.measure.account import threshold
from core.measure.place import Place, place_in
from core.model.decision import Decision
from core.policy import read
from tests.core import samples
from tests.core.rules import policy_fields


def place_of(decision: Decision, fields: dict[str, Any] | None = None) -> Place | None:
    found = fields or policy_fields()
    return place_in(found, decision, read(found))


def decided(rule: str, intent: str = "reset") -> Decision:
    decision = samples.decision()
    signals = replace(decision.signals, intents=(samples.scored(intent),))
    return replace(decision, signals=signals, disposition=replace(decision.disposition, rule=rule))


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("trigger:fraud", ("triggers", "fraud")),
        ("owner:dispute", ("owners", "intents", "dispute")),
        ("owner:nobody_knows", ("owners", "default")),
        ("vip", ("vip",)),
        ("upset", ("mood", "floor")),
        ("max_turns", ("assistant", "max_turns")),
        ("automatic_reply", ("confidence", "automatic")),
        ("not_automatic", ("channels", "automatic")),
        ("shadow", ("shadow",)),
    ],
)
def test_a_rule_of_the_policy_has_its_place_in_the_file(rule: str, place: tuple[str, ...]) -> None:
    assert place_of(decided(rule)) == place


def test_a_confidence_of_the_intent_itself_goes_before_the_one_for_all() -> None:
    fields: dict[str, Any] = policy_fields(confidence__intents={"reset": 0.7})
    assert place_of(decided("low_confidence"), fields) == ("confidence", "intents", "reset")
    assert place_of(decided("low_confidence", "dispute"), fields) == ("confidence", "automatic")


@pytest.mark.parametrize(
    ("sure", "place", "needed"),
    [
        ({"reset": 0.9, "dispute": 0.6}, "dispute", 0.8),
        ({"reset": 0.9, "dispute": 0.1}, "reset", 0.7),
    ],
)
def test_the_line_is_that_of_the_figure_that_was_needed(sure: dict[str, float], place: str, needed: float) -> None:
    fields = policy_fields(confidence__intents={"reset": 0.7, "dispute": 0.8})
    decision = decided("low_confidence")
    intents = tuple(replace(samples.scored(name), confidence=chance) for name, chance in sure.items())
    decision = replace(decision, signals=replace(decision.signals, intents=intents))
    assert place_of(decision, fields) == ("confidence", "intents", place)
    assert threshold(decision, read(fields)) == needed


def test_of_a_version_that_cannot_be_read_the_line_for_all_is_named() -> None:
    fields = policy_fields(confidence__intents={"reset": 0.7})
    assert place_in(fields, decided("low_confidence"), None) == ("confidence", "automatic")


@pytest.mark.parametrize("rule", ["owned_by_person", "opted_out", "automatic_mail", "no_source", "nothing_asked"])
def test_a_rule_of_handrail_itself_stands_in_no_policy(rule: str) -> None:
    assert place_of(decided(rule)) is None


def test_a_trigger_that_the_file_does_not_have_has_no_place() -> None:
    assert place_of(decided("trigger:churn")) is None
