"""What can be listened to."""

from dataclasses import asdict

import pytest

from core.text.call_words import LINES, agrees, declines, find_wished_language, line
from core.text.speech import LONGEST, MOST_SENTENCES, brief, speakable
from core.text.verification import INSTEAD, WORDS, say_aloud


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("See https://help.larkfield.example/reset for more.", "See for more."),
        ("Order 104599 is on its way.", "Order 1 0 4 5 9 9 is on its way."),
        ("It costs 1,250.00 and takes 30 days.", "It costs 1,250.00 and takes 30 days."),
        ("Write to care@larkfield.example.", "Write to care at larkfield dot example."),
        ("- Press the *dial*\n- Wait", "Press the dial Wait"),
        ("Call +442079460101", "Call 4 4 2 0 7 9 4 6 0 1 0 1"),
    ],
)
def test_a_text_is_said_without_what_only_eyes_can_read(written: str, said: str) -> None:
    assert speakable(written) == said


def test_nobody_listens_to_more_than_three_sentences() -> None:
    assert brief([f"Sentence {n}." for n in range(9)]) == "Sentence 0. Sentence 1. Sentence 2."
    assert MOST_SENTENCES == 3


def test_a_first_sentence_is_said_whole_however_long_it_is() -> None:
    long = "word " * LONGEST
    assert brief([long, "More."]) == long.strip()


@pytest.mark.parametrize("language", sorted(LINES))
def test_every_language_agrees_and_declines(language: str) -> None:
    yes = {"en": "Yes.", "de": "Ja, genau.", "es": "¡Sí!", "fr": "Oui.", "pt": "Sim.", "ja": "はい。"}[language]
    no = {"en": "No.", "de": "Nein.", "es": "No.", "fr": "Non.", "pt": "Não.", "ja": "いいえ。"}[language]
    assert agrees(yes, language)
    assert declines(no, language)
    assert not agrees(no, language)


def test_who_asks_for_a_language_gets_it_and_who_only_names_one_does_not() -> None:
    assert find_wished_language("Deutsch, bitte.") == "de"
    assert find_wished_language("My manual is in Deutsch") is None


def test_a_language_that_is_not_spoken_is_answered_in_english() -> None:
    assert line("how", "xx") == LINES["en"]["how"]


def test_a_caller_is_not_asked_to_write() -> None:
    assert say_aloud("Please write it here; it is good for 10 minutes.", "en").startswith("Please say it, or key it in")
    assert set(INSTEAD) == set(LINES)


def test_every_phrase_that_asks_to_write_is_one_that_a_verification_says() -> None:
    """A phrase that is worded anew there would be read out to callers as it is."""
    said = {language: " ".join(asdict(words).values()) for language, words in WORDS.items()}
    assert [each for language, spoken in INSTEAD.items() for each in spoken if each not in said[language]] == []
