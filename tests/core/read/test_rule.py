import pytest

from core.read.opt_out import IN_WORDS
from core.read.repeats import SAID
from core.read.rule import Rule, fire_rules
from tests.core.read.wordings import FIRES, STAYS_CALM, sentences

TABLES = (IN_WORDS, SAID)
BOX = Rule(trigger="box", label="Box", why="-", patterns=(r"(?:red|blue) box",), unless=(r"no (?:red|blue) box",))


@pytest.mark.parametrize(("trigger", "text"), sentences(FIRES))
def test_a_rule_fires_on_what_customers_write(trigger: str, text: str) -> None:
    found = next(risk for risk in fire_rules(TABLES, text) if risk.value == trigger)
    assert found.evidence
    assert all(text[e.start : e.end] == e.words for e in found.evidence)


@pytest.mark.parametrize(("trigger", "text"), sentences(STAYS_CALM))
def test_a_near_miss_does_not_fire(trigger: str, text: str) -> None:
    assert trigger not in {risk.value for risk in fire_rules(TABLES, text)}


def test_every_rule_says_why_it_matters() -> None:
    assert all(rule.why and rule.label for rule in TABLES)


def test_a_word_inside_another_word_is_no_evidence() -> None:
    rule = Rule(trigger="gas", label="Gas", why="-", patterns=("gas",))
    assert fire_rules((rule,), "The gasket is fine") == ()


def test_white_space_and_curly_apostrophes_do_not_hide_a_trigger() -> None:
    found = fire_rules(TABLES, "I don\u2019t want\n texts   from you anymore")
    assert [risk.value for risk in found] == ["opt_out"]


def test_what_is_excused_in_one_place_still_counts_in_another() -> None:
    (found,) = fire_rules((BOX,), "There was no red box. Send the blue box.")
    assert [e.words for e in found.evidence] == ["blue box"]
