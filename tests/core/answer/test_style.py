import pytest

from core.answer.style import StyleCard
from core.model.signals import Feeling
from core.text.courtesies import ENGLISH


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (("de",), "de"),
        (("unknown", "fr-CA"), "fr"),
        (("it", "es_ES"), "es"),
        (("pl",), "en"),
        ((), "en"),
        (("DE-at",), "de"),
    ],
)
def test_the_first_language_that_the_card_speaks_is_used(wishes: tuple[str, ...], language: str) -> None:
    assert StyleCard().language(*wishes) == language


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_every_language_discloses_the_assistant_and_the_way_to_a_person(language: str) -> None:
    card = StyleCard(company="Larkfield Home")
    assert "Larkfield Home" in card.disclosure(language)
    assert card.courtesies(language).way_to_a_person in card.disclosure(language)
    assert card.greeting(language, "Ann") != card.greeting(language, "")
    assert card.opening(language, Feeling.NEGATIVE) != card.opening(language, Feeling.NEUTRAL)


def test_a_card_without_the_fallback_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fallback"):
        StyleCard(languages={"de": ENGLISH})
