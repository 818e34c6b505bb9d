from datetime import timedelta
from typing import Any

import pytest

from core.answer.guard import Setting, claims, findings
from core.answer.guardrails import promises
from core.answer.style import Disclaimer, StyleCard
from core.knowledge.stale import STALE_AFTER
from core.model.draft import Finding, Sentence, SentenceKind, Severity
from core.model.knowledge import Audience, Citation
from tests.core import people, samples


def rules(text: str = samples.TEXT, style: StyleCard | None = None, **source: Any) -> dict[str, Finding]:
    passage = samples.passage(text=text, start=0, end=len(text), **source)
    citation = Citation(passage=passage, start=0, end=len(text))
    cited = Sentence(text=text, kind=SentenceKind.CITED, citation=citation)
    found = findings((cited,), (), style or StyleCard(), people.NOW, STALE_AFTER)
    return {finding.rule: finding for finding in found}


def test_a_plain_quotation_has_no_fault() -> None:
    assert rules(updated_at=people.NOW - timedelta(days=10)) == {}


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.SEGMENT])
def test_what_is_not_for_everybody_blocks(audience: Audience) -> None:
    assert rules(audience=audience)["internal_source"].severity is Severity.BLOCK


def test_an_old_source_blocks() -> None:
    assert "stale_source" in rules(updated_at=people.NOW - STALE_AFTER - timedelta(days=1))
    assert "stale_source" not in rules(updated_at=people.NOW - STALE_AFTER)
    assert "stale_source" not in rules(updated_at=None)


@pytest.mark.parametrize(
    "text",
    [
        "We guarantee that it arrives.",
        "We will refund you in full.",
        "Wir garantieren die Lieferung.",
        "It is our fault.",
    ],
)
def test_a_promise_blocks(text: str) -> None:
    assert rules(text)["risky_promise"].severity is Severity.BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "I'll personally make sure that your parcel arrives on Friday.",
        "We can throw in a 50 pound voucher.",
        "You have my word.",
        "As a gesture of goodwill I have added a £15 credit to your account.",
        "I've waived the fee this time.",
        "I can knock 10 % off your next bill.",
        "Don't worry, we'll refund everything today.",
        "Ich sorge persönlich dafür, dass es klappt.",
        "Wir legen einen Gutschein über 20 Euro drauf.",
        "No volverá a pasar.",
        "Nous vous offrons un bon d'achat.",
    ],
)
def test_what_is_vouched_for_or_given_beyond_the_rules_is_a_promise(text: str) -> None:
    assert "risky_promise" in [finding.rule for finding in promises(text)]


@pytest.mark.parametrize(
    "text",
    [
        "It usually takes 3 to 5 working days.",
        "You can return it within 30 days.",
        "If the second attempt fails, we add a £7.50 fee.",
        "I will pass this on to my colleague.",
        "I cannot promise that it arrives on Friday.",
        "We do not make exceptions.",
        "Please make sure that the lid is closed.",
        "Wir melden uns bis Montag.",
    ],
)
def test_what_happens_by_the_rules_is_none(text: str) -> None:
    assert list(promises(text)) == []


def test_a_rule_of_the_house_is_no_promise() -> None:
    assert rules("Work by an installer is guaranteed for 12 months. We refund the difference once.") == {}


def test_the_style_card_forbids_words() -> None:
    style = StyleCard(restricted=("cheap",))
    assert "restricted_words" in rules("The cheap option is best.", style)
    assert rules("The cheapest option is best.", style) == {}


def test_a_missing_disclaimer_is_shown_to_the_agent() -> None:
    style = StyleCard(disclaimers=(Disclaimer(words=("boiler",), text="Ask a qualified engineer."),))
    assert rules("Switch the boiler off.", style)["missing_disclaimer"].severity is Severity.WARN
    assert rules("Switch the boiler off. Ask a qualified engineer.", style) == {}


def test_a_placeholder_that_was_never_filled_blocks() -> None:
    finding = rules("Call us at [phone 9] for it.")["unresolved_placeholder"]
    assert finding.severity is Severity.BLOCK
    assert finding.span == (11, 20)


def test_an_edited_translation_is_held_to_what_can_be_compared() -> None:
    source = "A refund takes 5 working days."
    passage = samples.passage(text=source, start=0, end=len(source), locale="en-gb")
    citation = Citation(passage=passage, start=0, end=len(source))
    for text, faulty in (("Eine Erstattung dauert 5 Werktage.", False), ("Eine Erstattung dauert 8 Werktage.", True)):
        sentence = Sentence(text=text, kind=SentenceKind.CITED, citation=citation)
        assert bool(claims(sentence, Setting(language="de"))) is faulty, text
