"""E-mails whose subject speaks of something else than their text: the text decides what is asked, and a subject helps
where the text does not say what it is about. With the encoders and articles of the demo's company."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from apps.bootstrap import OfflineContainer
from apps.policy_file import read_policy
from core.decide.evaluation import TurnEvaluator
from core.model.customer import Channel
from core.model.decision import Decision
from core.model.ids import EventId
from tests.core import samples

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "apps" / "sandbox" / "company"


@pytest.fixture(scope="module")
def evaluator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnEvaluator]:
    container = OfflineContainer(
        folder=tmp_path_factory.mktemp("subjects"),
        cache=ROOT / "var" / "cache",
        policy=read_policy(ROOT / "apps" / "demo" / "policy.yaml"),
        intents_file=str(COMPANY / "intents.yaml"),
    )
    container.library.add(container.articles(COMPANY / "articles").articles)
    yield container.evaluator
    container.store.close()


def decided(evaluator: TurnEvaluator, subject: str, text: str) -> Decision:
    case = samples.case(samples.message(text=text, channel=Channel.EMAIL))
    case = replace(case, conversation=replace(case.conversation, subject=subject))
    return evaluator.decide(EventId("ev:subject"), case)


def cited(decision: Decision) -> set[str]:
    return {each.passage.title for each in decision.draft.cited} if decision.draft else set()


OTHER_SUBJECTS = [
    ("Thermostat", "Where is my order", "order_status", "Where is my order?"),
    ("Video doorbell", "Where can I download an invoice?", "invoice_copy", "Find and download an invoice"),
    ("Smart lock battery", "How do I reset my password?", "password_reset", "Reset a forgotten password"),
    ("Hub offline", "How long does my refund take to arrive?", "refund_status", "How long does a refund take?"),
    ("Thermostat", "Wo ist meine Bestellung?", "order_status", "Wo ist meine Bestellung?"),
    ("Türklingel", "Ich habe mein Passwort vergessen, was nun?", "password_reset", "Vergessenes Passwort zurücksetzen"),
    ("Zentrale offline", "Wann kommt meine Erstattung?", "refund_status", "Wie lange dauert eine Erstattung?"),
    ("Termostato", "¿Dónde está mi pedido?", "order_status", "Where is my order?"),
    ("Timbre", "¿Cuándo llega mi reembolso?", "refund_status", "How long does a refund take?"),
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("subject", "text", "intent", "title"), OTHER_SUBJECTS)
def test_the_text_decides_whatever_the_subject(
    evaluator: TurnEvaluator, subject: str, text: str, intent: str, title: str
) -> None:
    decision, alone = decided(evaluator, subject, text), decided(evaluator, "", text)
    assert decision.signals.intents[0].value == intent
    assert decision.disposition == alone.disposition
    assert title in cited(decision)
    assert cited(decision) == cited(alone)


HELPING = [
    ("Doorbell offline", "What can I do?", "device_offline"),
    ("Plus subscription", "I want to cancel", "cancel_subscription"),
    ("Warranty of the camera", "How long does it last?", "warranty"),
    ("Garantie der Kamera", "Wie lange gilt sie?", "warranty"),
    ("Contraseña olvidada", "¿Qué puedo hacer?", "password_reset"),
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("subject", "text", "intent"), HELPING)
def test_a_subject_says_what_a_text_is_about_that_does_not(
    evaluator: TurnEvaluator, subject: str, text: str, intent: str
) -> None:
    assert decided(evaluator, subject, text).signals.intents[0].value == intent
    assert [each.value for each in decided(evaluator, "", text).signals.intents[:1]] != [intent]


@pytest.mark.timeout(300)
def test_what_no_article_answers_is_not_answered_from_the_subject(evaluator: TurnEvaluator) -> None:
    for text in ("Do you sponsor local football clubs?", "Bilden Sie auch Lehrlinge aus?"):
        assert cited(decided(evaluator, "Thermostat", text)) == set()
