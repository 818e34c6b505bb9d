"""Against the rules that Twilio publishes: 160/153 in GSM-7, 70/67 in UCS-2, two places for the extension table."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.segments import BASIC, EXTENDED, is_gsm, segments, shorten, simplify_signs

GSM = st.text(st.sampled_from(sorted(BASIC)), max_size=700)
WITH_EXTENSION = st.text(st.sampled_from(sorted(BASIC | EXTENDED)), max_size=700)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
TYPED = st.text(st.sampled_from("ab. “”„‘’–—…•\u00a0\u200bäßéΩ€[]"), max_size=300)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ä" * 160, 1),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "ж", 3),  # Twilio's own example: one such sign makes three of it
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),  # 33 pairs in each: a 34th would be cut apart
        ("😀" * 67, 3),
        ("a" * 152 + "€" + "a" * 7, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the escape and its letter stay together
    ],
)
def test_segments_are_counted_as_twilio_counts_them(text: str, expected: int) -> None:
    assert segments(text) == expected


def test_the_alphabet_has_its_128_places() -> None:
    assert len(BASIC) == 127  # and the escape to the ten of the extension table
    assert len(EXTENDED) == 10


@given(GSM)
def test_the_basic_alphabet_takes_160_or_153(text: str) -> None:
    assert segments(text) == (1 if len(text) <= 160 else -(-len(text) // 153))


@given(WITH_EXTENSION)
def test_a_letter_of_the_extension_takes_two_places(text: str) -> None:
    places = len(text) + sum(letter in EXTENDED for letter in text)
    if places <= 160:
        assert segments(text) == 1
    else:
        fewest = -(-places // 153)
        # A letter that does not fit whole goes into the next part: at most one place of each is lost.
        assert fewest <= segments(text) <= -(-places // 152)


@given(ANY)
def test_other_signs_take_utf_16(text: str) -> None:
    if is_gsm(text):
        return
    units = len(text.encode("utf-16-le")) // 2
    if units <= 70:
        assert segments(text) == 1
    else:
        assert -(-units // 67) <= segments(text) <= -(-units // 66)


@given(ANY, st.characters(exclude_categories=["Cs"]))
def test_a_sign_more_never_takes_fewer(text: str, letter: str) -> None:
    assert segments(text + letter) >= segments(text)


@given(TYPED)
def test_plain_signs_never_take_more_and_leave_words_alone(text: str) -> None:
    plain = simplify_signs(text)
    assert segments(plain) <= segments(text)
    assert [letter for letter in plain if letter.isalnum()] == [letter for letter in text if letter.isalnum()]
    assert simplify_signs(plain) == plain


def test_a_curly_quote_is_not_worth_three_messages() -> None:
    told = "It’s on its way – “tomorrow”…" + " ok" * 40
    assert (segments(told), segments(simplify_signs(told))) == (3, 1)
    assert simplify_signs("It’s “on” – …").isascii()


def test_what_needs_its_own_letters_keeps_its_typography_too() -> None:
    assert simplify_signs("Não… “ok”") == "Não… “ok”"


@given(TYPED, st.integers(min_value=1, max_value=4))
def test_what_is_shortened_fits_and_is_a_beginning(text: str, most: int) -> None:
    def fits(cut: str) -> bool:
        return segments(cut) <= most

    kept = shorten(text, fits)
    assert fits(kept)
    assert kept == text or text.strip().startswith(re.sub(r"\.\.\.$", "", kept).strip())


def test_a_long_text_ends_with_a_sentence() -> None:
    text = "One is here. Two is there! Three is nowhere?"
    assert shorten(text, lambda cut: len(cut) <= 30) == "One is here. Two is there!"
    assert shorten(text, lambda cut: len(cut) <= 9) == "One is..."
    assert shorten(text, lambda cut: not cut) == ""
