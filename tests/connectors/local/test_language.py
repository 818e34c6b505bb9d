import pytest

from connectors.local.language import FastLanguage


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Where is my order?", "en"),
        ("How do I reset my password?", "en"),
        ("wheres my parcel??", "en"),
        ("Wo ist meine Bestellung?", "de"),
        ("danke", "de"),
        ("Mein Thermostat geht nicht", "de"),
        ("¿Dónde está mi pedido?", "es"),
        ("gracias", "es"),
        ("Bonjour, je voudrais être remboursé", "fr"),
        ("mot de passe oublié", "fr"),
        ("Dov'è il mio ordine?", "it"),
    ],
)
def test_the_language_is_recognised(text: str, code: str) -> None:
    assert FastLanguage().language(text).value == code


@pytest.mark.parametrize(
    "text", ["", "🎉🎉", "LK-20114", "ok", "STOP", "4711 / 12", "https://larkfield.example/a", "E14"]
)
def test_what_could_be_any_language_is_unknown(text: str) -> None:
    found = FastLanguage().language(text)
    assert found.value == "unknown"
    assert found.confidence == 0


def test_numbers_and_links_do_not_mislead() -> None:
    text = "Bestellung LK-20114 https://larkfield.example/orders/track-my-parcel ist nicht angekommen"
    assert FastLanguage().language(text).value == "de"
