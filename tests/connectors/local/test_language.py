from pathlib import Path

import pytest
import yaml

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


OWN = yaml.safe_load(Path(__file__).with_name("languages.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", sorted(OWN["texts"]))
def test_short_messages_of_a_service_desk_are_recognised(code: str) -> None:
    assert {text: FastLanguage().language(text).value for text in OWN["texts"][code]} == dict.fromkeys(
        OWN["texts"][code], code
    )


@pytest.mark.parametrize("text", OWN["unknown"])
def test_names_numbers_and_signs_are_no_language(text: str) -> None:
    assert FastLanguage().language(text).value == "unknown"


def test_a_second_language_is_named_beside_the_main_one() -> None:
    text = "Hallo, mein Thermostat geht nicht. Could you please answer in English? My colleague will read it tomorrow."
    found = FastLanguage().language(text)
    assert (found.value, found.records) == ("en", ("also:de",))
    assert FastLanguage().language("Wo ist mein Paket? Es sollte gestern kommen.").records == ()


@pytest.mark.parametrize("text", ["a" * 200_000, "4" * 200_000, "x@" * 100_000, "Zm9vYmFyYmF6cXV4" * 1000])
@pytest.mark.timeout(5)
def test_what_is_long_and_says_nothing_is_unknown_at_once(text: str) -> None:
    assert FastLanguage().language(text).value == "unknown"
