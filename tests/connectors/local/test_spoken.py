from datetime import date
from decimal import Decimal

import pytest

from connectors.local.spoken import CldrSpoken


@pytest.mark.parametrize(
    ("language", "money", "day"),
    [
        ("en", "£1,208.50", "2 May 2026"),
        ("de", "1.208,50 £", "2. Mai 2026"),
        ("es", "1.208,50 GBP", "2 de mayo de 2026"),
        ("xx", "£1,208.50", "2 May 2026"),
        ("", "£1,208.50", "2 May 2026"),
    ],
)
def test_sums_and_days_are_written_as_people_do(language: str, money: str, day: str) -> None:
    spoken = CldrSpoken()
    assert spoken.money(Decimal("1208.50"), "GBP", language) == money
    assert spoken.day(date(2026, 5, 2), language) == day
