"""Times as they are said."""

from datetime import UTC, datetime

import pytest

from core.calendar.appointment_words import LINES
from core.calendar.spoken_time import FORMS, clock_of, say_time
from core.model.customer import Identity, IdentityKind
from core.text.dates import DAYS, MONTHS
from tests.core.calendar.diary import slots
from tests.core.people import customer

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Tuesday 24 November, 10:30"),
        ("de", "Dienstag, 24. November, 10:30 Uhr"),
        ("es", "martes 24 de noviembre, 10:30"),
        ("fr", "mardi 24 novembre, 10:30"),
        ("pt", "terça-feira, 24 de novembro, 10:30"),
        ("ja", "11月24日(火曜日)10:30"),
        ("nl", "Tuesday 24 November, 10:30"),
    ],
)
def test_a_time_is_said_on_the_customers_clock_in_their_language(language: str, words: str) -> None:
    assert say_time(AT, language, ("Europe/Berlin", True)) == words


def test_a_zone_that_may_not_be_theirs_is_named() -> None:
    assert say_time(AT, "en", ("Europe/London", False)) == "Tuesday 24 November, 09:30 (Europe/London)"


def test_the_customers_own_zone_comes_first_then_the_numbers_then_the_places() -> None:
    def calling(number: str, zone: str | None = None) -> tuple[str, bool]:
        identities = (Identity(kind=IdentityKind.PHONE, value=number),)
        return clock_of(customer(time_zone=zone, identities=identities), slots(1))

    assert calling("+81312345678", "Europe/Paris") == ("Europe/Paris", True)
    assert calling("+81312345678") == ("Asia/Tokyo", True)
    assert calling("+447911123456") == ("Europe/London", True)  # the islands' clocks show the same
    assert calling("+18005550100") == ("Europe/London", False)  # may be anywhere in America


def test_every_language_that_is_spoken_has_its_days_months_form_and_lines() -> None:
    assert set(DAYS) == set(MONTHS) == set(FORMS) == set(LINES)
    assert {len(days) for days in DAYS.values()} == {7}
    assert {len(months.split()) for months in MONTHS.values()} == {12}
