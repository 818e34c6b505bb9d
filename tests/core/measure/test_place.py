from dataclasses import replace
from typing import Any

import pytest

from core.measure.place import place_in
from core.model.decision import Decision
from tests.core import samples
from tests.core.rules import policy_fields


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
    assert place_in(policy_fields(), decided(rule)) == place


def test_a_confidence_of_the_intent_itself_goes_before_the_one_for_all() -> None:
    fields: dict[str, Any] = policy_fields(confidence__intents={"reset": 0.7})
    assert place_in(fields, decided("low_confidence")) == ("confidence", "intents", "reset")
    assert place_in(fields, decided("low_confidence", "dispute")) == ("confidence", "automatic")


@pytest.mark.parametrize("rule", ["owned_by_person", "opted_out", "automatic_mail", "no_source", "nothing_asked"])
def test_a_rule_of_handrail_itself_stands_in_no_policy(rule: str) -> None:
    assert place_in(policy_fields(), decided(rule)) is None


def test_a_trigger_that_the_file_does_not_have_has_no_place() -> None:
    assert place_in(policy_fields(), decided("trigger:churn")) is None
