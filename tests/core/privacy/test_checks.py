"""Check digits: published examples pass, and any wrong digit is noticed."""

from collections.abc import Callable

import pytest

from core.privacy import patterns

GOOD = [
    (patterns.luhn, "4242424242424242"),
    (patterns.iban, "GB82WEST12345698765432"),
    (patterns.iban, "DE89370400440532013000"),
    (patterns.aba, "021000021"),
    (patterns.german_tax_id, "86095742719"),
    (patterns.french_number, "184127645108946"),
    (patterns.spanish_number, "12345678Z"),
    (patterns.spanish_number, "X1234567L"),
]


@pytest.mark.parametrize(("check", "number"), GOOD)
def test_a_good_number_passes_and_one_with_a_wrong_digit_does_not(check: Callable[[str], bool], number: str) -> None:
    assert check(number)
    for place, char in enumerate(number):
        if char.isdigit() and not (check is patterns.spanish_number and place == 0):
            wrong = number[:place] + str((int(char) + 1) % 10) + number[place + 1 :]
            assert not check(wrong), wrong
