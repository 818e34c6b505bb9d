from datetime import date

import pytest

from core.text.dates import on_weekday

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)


@pytest.mark.parametrize(
    ("language", "monday", "saturday"),
    [
        ("en", "on Monday", "on Saturday"),
        ("de", "am Montag", "am Samstag"),
        ("es", "el lunes", "el sábado"),
        ("fr", "lundi", "samedi"),
        ("pt", "na segunda-feira", "no sábado"),
        ("ja", "月曜日", "土曜日"),
        ("sv", "on Monday", "on Saturday"),
    ],
)
def test_a_weekday_has_the_article_of_its_language(language: str, monday: str, saturday: str) -> None:
    assert (on_weekday(MONDAY, language), on_weekday(SATURDAY, language)) == (monday, saturday)
