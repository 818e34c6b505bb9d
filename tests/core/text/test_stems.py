import pytest

from core.text.stems import content, stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("refunds", "refunded"), ("cancel", "cancelled"), ("cancel", "cancellation"), ("batteries", "battery"),
        ("shipped", "ship"), ("connecting", "connected"), ("installation", "install"), ("charges", "charging"),
    ],
)  # fmt: skip
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("business", "busy"), ("order", "border"), ("return", "refund")])
def test_different_words_do_not(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_small_words_say_nothing_and_numbers_are_kept() -> None:
    assert content("What does the E14 on my 2 thermostats mean?") == {"e14", "2", stem("thermostat"), stem("mean")}
