"""How a fact is said."""

import pytest

from core.outreach.spoken import for_template, in_words


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Wednesday 25 November"),
        ("de", "Mittwoch, 25. November"),
        ("es", "miércoles 25 de noviembre"),
        ("fr", "mercredi 25 novembre"),
        ("pt", "quarta-feira, 25 de novembro"),
        ("ja", "11月25日(水曜日)"),
        ("it", "Wednesday 25 November"),
    ],
)
def test_a_day_has_its_name(language: str, said: str) -> None:
    assert in_words("2026-11-25", language) == said


@pytest.mark.parametrize("value", ["LK-10437", "2026-13-40", "2026-11-25 10:00", 12, "12:00 UTC"])
def test_everything_else_stands_as_it_is(value: object) -> None:
    assert in_words(value, "en") == str(value)


def test_what_goes_into_a_template_makes_no_place() -> None:
    assert for_template("{order}", "en") == "(order)"
