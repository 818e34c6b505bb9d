import pytest

from core.answer.guard import style_deviations
from core.answer.style import Disclaimer, StyleCard, Tone
from core.model.draft import Finding, Severity

CARD = StyleCard(
    restricted=("cheap", "no problem"),
    instead={"cheap": "lower-priced"},
    disclaimers=(
        Disclaimer(text="Ask an electrician.", words=("wiring",), translations={"de": "Fragen Sie eine Fachkraft."}),
        Disclaimer(text="Refunds take 5 days.", intents=("refund_request",)),
    ),
    tone=Tone(exclamation_marks=1, longest_sentence=12),
)
FRAME = "Hello Ana,\n\n{}\n\nIf anything is still open, just reply to this message."


def found(body: str, language: str = "en", intent: str = "", card: StyleCard = CARD) -> dict[str, Finding]:
    return {f.rule: f for f in style_deviations(FRAME.format(body), card, language=language, intent=intent)}


def test_a_text_as_the_card_has_it_has_no_deviation() -> None:
    assert found("Your parcel is on its way.") == {}


def test_a_restricted_word_is_named_with_its_place_and_what_to_write() -> None:
    finding = found("The cheap one works.")["restricted_words"]
    text = FRAME.format("The cheap one works.")
    assert finding.span is not None
    assert text[slice(*finding.span)] == "cheap"
    assert finding.severity is Severity.BLOCK
    assert finding.remedy == "Write “lower-priced”."


def test_a_longer_word_is_another_word() -> None:
    assert found("The cheapest one works.") == {}


@pytest.mark.parametrize("shouted", ["Please reply IMMEDIATELY to us.", "This is VERY IMPORTANT for you."])
def test_capitals_are_shouting(shouted: str) -> None:
    assert "shouting" in found(shouted)


@pytest.mark.parametrize("plain", ["Send a JSON file.", "Your SMS and the USB C cable.", "The WLAN and GDPR pages."])
def test_abbreviations_are_not(plain: str) -> None:
    assert found(plain) == {}


def test_one_exclamation_mark_is_allowed_and_no_more() -> None:
    assert found("Good news! It is back.") == {}
    assert "exclamation_marks" in found("Good news! It is back! Today.")
    assert "exclamation_marks" in found("Good news!! It is back.")


def test_emoji_are_for_cards_that_have_them() -> None:
    assert "emoji" in found("It is back 😀 now.")
    assert "emoji" in found("It is back :-) now.")
    assert found("It is back 😀 now.", card=StyleCard(tone=Tone(emoji=True))) == {}


def test_a_long_sentence_is_counted_but_a_list_is_not() -> None:
    long = "This sentence goes on and on until it has more than twelve words in it."
    assert found(long)["long_sentence"].text.startswith("A sentence of 15 words")
    assert found("- one two three four five six\n- seven eight nine ten eleven\n- twelve thirteen") == {}


def test_a_required_line_is_asked_for_by_word_or_intent_in_the_language() -> None:
    assert "Ask an electrician." in found("The wiring is behind the plate.")["missing_disclaimer"].text
    assert found("The wiring is here. Ask an  electrician.") == {}
    assert "Refunds take 5 days." in found("It is on its way.", intent="refund_request")["missing_disclaimer"].text
    german = style_deviations("Hallo Ana, wiring.", CARD, language="de")
    assert any("Fachkraft" in f.text for f in german)


def test_a_message_greets_and_closes_as_the_card_does() -> None:
    assert {f.rule for f in style_deviations("Your parcel is on its way.", CARD, language="en")} == {
        "no_greeting",
        "no_closing",
    }


def test_what_is_found_comes_in_the_order_of_the_text() -> None:
    places = [f.span for f in style_deviations("IMPORTANT: cheap! Cheap! 😀", CARD, language="en") if f.span]
    assert places == sorted(places)
    assert len(places) == 5
