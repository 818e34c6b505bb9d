import pytest

from connectors.local.encoder import CachedEncoder
from connectors.local.intents import IntentModel
from connectors.local.intents_multilingual import MultilingualIntents, RoutedIntents
from connectors.local.language import FastLanguage, is_foreign
from connectors.local.multilingual_encoder import MultilingualEncoder
from core.model.signals import Scored
from tests.core.encoder import WordEncoder

EXAMPLES = {
    "refund": ["I want my money back", "When is the refund paid?", "Please return the payment", "Refund my order"],
    "delivery": ["Where is my parcel?", "When does it arrive?", "The delivery is late", "Track my shipment"],
    "password": ["I forgot my password", "How do I reset my login?", "The password is wrong", "Cannot sign in"],
}


@pytest.fixture(scope="module")
def model() -> MultilingualIntents:
    encoder = CachedEncoder(MultilingualEncoder().questions)
    return MultilingualIntents(encoder, EXAMPLES, out_of_scope=["What is the capital of Mongolia?"])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Wann bekomme ich mein Geld zurück?", "refund"),
        ("¿Dónde está mi paquete?", "delivery"),
        ("J'ai oublié mon mot de passe", "password"),
        ("荷物はいつ届きますか", "delivery"),
    ],
)
def test_english_examples_serve_other_languages(model: MultilingualIntents, text: str, intent: str) -> None:
    found = model.intents(text)
    assert found[0].value == intent
    assert sum(one.confidence for one in found) <= 1
    assert "out_of_scope" not in {one.value for one in found}


def test_without_two_intents_nothing_is_told() -> None:
    assert MultilingualIntents(WordEncoder(), {"one": ["a b c"]}).intents("a b c") == ()
    assert MultilingualIntents(WordEncoder(), EXAMPLES).intents("  ") == ()


def test_each_language_goes_to_its_model() -> None:
    class Said:
        def __init__(self, value: str) -> None:
            self.value = value

        def intents(self, text: str, earlier: str = "") -> tuple[Scored, ...]:
            return (Scored(value=self.value, confidence=1.0),)

    routed = RoutedIntents(FastLanguage(), Said("own"), Said("others"))  # type: ignore[arg-type]
    assert routed.intents("Where is my parcel, please?")[0].value == "own"
    assert routed.intents("Wo ist mein Paket geblieben, bitte?")[0].value == "others"
    assert routed.intents("ok")[0].value == "own"


def test_what_cannot_be_told_is_not_foreign() -> None:
    assert not is_foreign(FastLanguage(), "LK-20114")
    assert is_foreign(FastLanguage(), "Ich möchte meine Bestellung stornieren")


def test_both_are_warmed() -> None:
    own = IntentModel(WordEncoder(), {})
    RoutedIntents(FastLanguage(), own, MultilingualIntents(WordEncoder(), EXAMPLES)).warm()
    assert own.intents("anything") == ()
