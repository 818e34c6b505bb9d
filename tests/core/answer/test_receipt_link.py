"""Who asks for the grounds of what was said, and who asks something else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.answer.receipt_link import Receipts, asks_why
from core.answer.style import StyleCard
from core.model.conversation import CaseContext, Role
from core.policy import Policy
from core.policy.self_service import ReceiptOffer, SelfService
from core.text.receipt_words import BY, OFFER, PAGE, channel_words
from tests.core.rules import policy
from tests.core.samples import case, message, scored, signals


@pytest.mark.parametrize(
    "words",
    [
        "why?",
        "But why?",
        "Why not?",
        "How did you decide that?",
        "ok, and how was this decided?",
        "who decided this",
        "Why did you say that?",
        "How do you know that?",
        "Warum?",
        "Wie wurde das entschieden?",
        "¿Por qué?",
        "¿Cómo lo han decidido?",
        "Pourquoi ?",
        "Comment avez-vous décidé ?",
        "Porquê?",
        "なぜ?",
    ],
)
def test_the_grounds_are_asked_for(words: str) -> None:
    assert asks_why(words)


@pytest.mark.parametrize(
    "words",
    [
        "Why is my thermostat offline?",
        "How do you answer the doorbell from the app?",
        "Why does the light blink?",
        "How did you get on with my refund?",
        "Warum ist mein Paket nicht da?",
        "¿Por qué no funciona el timbre?",
        "I have decided to keep it",
        "Who delivers it?",
        "",
    ],
)
def test_something_else_is_asked_for(words: str) -> None:
    assert not asks_why(words)


def offered(said: CaseContext, rules: Policy | None = None, language: str = "en") -> str:
    receipts = Receipts(link=lambda conversation, _: f"https://d.example/{conversation}", style=StyleCard())
    draft = receipts.draft_if_wanted(said, signals(language=scored(language)), rules or policy())
    return draft.body if draft else ""


WHY = case(message(1), message(2, role=Role.ASSISTANT, text="Five days."), message(3, text="Why?"))


def test_the_address_is_offered_in_the_language_of_the_question() -> None:
    assert offered(WHY).endswith("https://d.example/co_one")
    assert offered(WHY, language="de").startswith("Wie das entschieden wurde")


def test_before_anything_was_said_there_is_nothing_to_account_for() -> None:
    assert offered(case(message(1, text="Why?"))) == ""


def test_a_policy_that_offers_none_is_kept() -> None:
    never = replace(policy(), self_service=SelfService(receipt=ReceiptOffer.NEVER, receipt_days=timedelta(days=1)))
    assert offered(WHY, never) == ""


def test_every_language_has_all_words() -> None:
    assert set(OFFER) == set(PAGE)
    assert {frozenset(words) for words in PAGE.values()} == {frozenset(PAGE["en"])}


def test_a_channel_is_called_as_its_people_call_it() -> None:
    assert (channel_words("sms", "de"), channel_words("voice", "de"), channel_words("chat", "en")) == (
        "SMS",
        "Telefon",
        "chat",
    )
    assert set(BY) == set(PAGE)
