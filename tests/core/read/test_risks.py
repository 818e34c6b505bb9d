import pytest

from core.read.repeats import SAID
from core.read.risks import RULES, WHY
from core.read.rule import Rule, fire_rules
from tests.core.read.wordings import FIRES, STAYS_CALM, sentences

TABLES = (*RULES, SAID)


@pytest.mark.parametrize(("trigger", "text"), sentences(FIRES))
def test_a_trigger_fires_on_what_customers_write(trigger: str, text: str) -> None:
    assert trigger in {risk.value for risk in fire_rules(TABLES, text)}


@pytest.mark.parametrize(("trigger", "text"), sentences(STAYS_CALM))
def test_a_near_miss_does_not_fire(trigger: str, text: str) -> None:
    assert trigger not in {risk.value for risk in fire_rules(TABLES, text)}


@pytest.mark.parametrize(("trigger", "text"), sentences(FIRES))
def test_the_evidence_is_the_text_itself(trigger: str, text: str) -> None:
    found = next(risk for risk in fire_rules(TABLES, text) if risk.value == trigger)
    assert found.evidence
    assert all(text[e.start : e.end] == e.words for e in found.evidence)


def test_every_trigger_says_why_it_matters() -> None:
    assert {rule.trigger for rule in TABLES} <= {name for name, why in WHY.items() if why}


def test_a_word_inside_another_word_is_no_evidence() -> None:
    rule = Rule(trigger="gas", label="Gas", why="-", patterns=("gas",))
    assert fire_rules((rule,), "The gasket is fine") == ()


def test_white_space_and_curly_apostrophes_do_not_hide_a_trigger() -> None:
    found = fire_rules(TABLES, "I don’t want\n to talk to   a bot")
    assert [risk.value for risk in found] == ["human_request"]


def test_what_is_excused_in_one_place_still_counts_in_another() -> None:
    text = "A person at your shop told me to call. Now let me speak to a person."
    assert [risk.value for risk in fire_rules(TABLES, text)] == ["human_request"]
