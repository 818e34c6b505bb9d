from pathlib import Path

import pytest

from apps.style_file import read_style
from core.answer.guard import Setting, review
from core.answer.style import StyleCard
from core.errors import ConfigurationError

ROOT = Path(__file__).parents[2]


def read(folder: Path, text: str) -> StyleCard:
    path = folder / "style.yaml"
    path.write_text(text, encoding="utf-8")
    return read_style(str(path), "Acme")


@pytest.mark.parametrize("name", ["apps/starter/style.yaml", "apps/demo/style.yaml"])
def test_the_cards_that_come_along_can_be_read(name: str) -> None:
    card = read_style(str(ROOT / name), "Acme")
    assert card.voice
    assert card.examples


def test_without_a_file_the_built_in_lines_speak_for_the_company() -> None:
    assert "Acme" in read_style("", "Acme").disclosure("en")


def test_a_line_replaces_the_built_in_one_and_the_rest_stays(tmp_path: Path) -> None:
    card = read(tmp_path, "languages: {de: {greeting: 'Moin {name},'}}")
    assert card.greeting("de", "Ana") == "Moin Ana,"
    assert card.courtesies("de").closing.startswith("Wenn noch etwas")


def test_a_brand_adds_to_the_card_of_the_company(tmp_path: Path) -> None:
    card = read(
        tmp_path,
        "restricted: [{words: [cheap]}]\n"
        "brands: {pro: {company: Acme Pro, restricted: [{words: [hobby]}], languages: {en: {opening: Thanks.}}}}",
    )
    assert card.of("pro").restricted == ("cheap", "hobby")
    assert card.of("pro").company == "Acme Pro"
    assert card.of("pro").opening("en", "neutral") == "Thanks."
    assert card.of("unknown") == card


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: {limits: [{name: refunds, most: [sixty]}]}", "60 GBP"),
        ("rules: {required: [{text: {en: Sorry.}}]}", "rules.required"),
        ("languages: {en: {greeting: 'Hi {first_name}'}}", "first_name"),
        ("languages: {nl: {greeting: Hoi}}", "greeting_unnamed"),
        ("greetings: {}", "greetings"),
        ("tone: {capitals: maybe}", "tone.capitals"),
        ("disclaimers: [{text: {de: Hallo}, words: [x]}]", "'en'"),
        ("disclaimers: [{text: {en: Hello}}]", "call for it"),
        ("restricted: [{words: []}]", "restricted.0.words"),
        ("a: [", "not YAML"),
        ("just words", "Invalid input"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        read(tmp_path, text)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigurationError, match="HANDRAIL_STYLE"):
        read_style("nowhere.yaml", "Acme")


RULES = """
rules:
  limits: [{name: refunds, words: [refund], most: [60 GBP, 60 EUR, 30 days]}]
  required: [{intents: [cancel], text: {en: You can undo this., de: Sie können das rückgängig machen.}}]
  forbidden: [money-back guarantee]
brands: {pro: {rules: {forbidden: [for life]}}}
"""


def test_house_rules_are_read_and_a_brand_adds_to_them(tmp_path: Path) -> None:
    card = read(tmp_path, RULES)
    assert [(limit.name, limit.most) for limit in card.rules.limits] == [
        ("refunds", "60 GBP"),
        ("refunds", "60 EUR"),
        ("refunds", "30 days"),
    ]
    assert card.rules.required[0].text_in("de") == "Sie können das rückgängig machen."
    assert card.of("pro").rules.forbidden == ("money-back guarantee", "for life")
    assert card.of("pro").rules.limits == card.rules.limits


def test_the_demo_grants_no_more_than_sixty_by_itself() -> None:
    card = read_style(str(ROOT / "apps/demo/style.yaml"), "Acme")
    for text, wanted in (
        ("We refund you £60.", False),
        ("We refund you €61.50.", True),
        ("Wir erstatten Ihnen 61,50 €.", True),
        ("It costs €61.50.", False),
        ("It takes 90 days.", False),
    ):
        found = review(text, style=card, setting=Setting(rules=card.rules))
        assert any(finding.rule == "policy_breach" for finding in found) is wanted, text
