"""Placeholders go out, values come back, and what is kept has no way back."""

import string

from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.privacy.find import find
from core.privacy.mask import mask, mask_all, redact, restore_values

ALPHABET = string.digits * 3 + " +-.@:/[]()" + "abPINpinphone card"
PIECES = (
    "4242 4242 4242 4242|+44 7700 900123|a@b.example|my PIN is 4821|GB82WEST12345698765432|10.0.0.1|[phone 1]|[card]"
    "|[card 1]|[secret 2]|born|1/2/1990|password|:|tr0ub4dor9|ssn|123456789|code|123456|call|order|\n|😀|١٢٣٤٥٦٧٨"
)
CHOSEN = st.lists(st.sampled_from(PIECES.split("|")), max_size=20)
TEXTS = st.one_of(st.text(), st.text(alphabet=ALPHABET, max_size=120), CHOSEN.map(" ".join), CHOSEN.map("".join))


@given(TEXTS)
@example("[phone 1] call +44 7700 900123")
@example("[[card 1] 4242424242424242] 4111111111111111")
@settings(max_examples=600, deadline=None)
def test_unmasking_gives_back_what_was_masked(text: str) -> None:
    masked = mask(text)
    assert restore_values(masked.text, masked.entries) == text


@given(TEXTS)
@settings(max_examples=600, deadline=None)
def test_what_is_masked_needs_no_second_masking(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once
    kept = redact(text)
    assert redact(kept) == kept


@given(TEXTS)
@example('010000"010000000"010000000"010000000"0000000')
@settings(max_examples=300, deadline=None)
def test_nothing_personal_is_left_behind(text: str) -> None:
    assert find(mask(text).text) == ()
    assert find(redact(text)) == ()


def test_the_same_value_has_the_same_placeholder_in_every_text() -> None:
    texts, entries = mask_all(("call +44 7700 900123", "again +44 7700 900123 or a@b.example"))
    assert texts == ("call [phone 1]", "again [phone 1] or [email 1]")
    assert entries == {"[phone 1]": "+44 7700 900123", "[email 1]": "a@b.example"}


def test_a_placeholder_that_the_customer_wrote_is_never_given_out() -> None:
    masked = mask("what is [card 1]? mine is 4242424242424242")
    assert masked.text == "what is [card 1]? mine is [card 2]"
    assert restore_values("[card 1] and [card 2]", masked.entries) == "[card 1] and 4242424242424242"


def test_a_placeholder_tells_nothing_about_the_numbers_beside_it() -> None:
    assert mask("020 7946 0991 about 1234567").text == "[phone 1] about 1234567"


def test_a_placeholder_that_nobody_gave_out_stays() -> None:
    assert restore_values("[card 9] [name 1]", mask("4242424242424242").entries) == "[card 9] [name 1]"


def test_a_value_is_not_looked_through_for_placeholders_again() -> None:
    assert restore_values("[a 1] [name 1]", {"[name 1]": "[card 1]", "[card 1]": "4242"}) == "[a 1] [card 1]"


def test_what_is_kept_has_no_way_back() -> None:
    assert redact("card 4242424242424242, ring 020 7946 0991") == "card [card], ring [phone]"
