import pytest

from core.read.axes import amount, figure


@pytest.mark.parametrize(
    ("kept", "worth"),
    [
        ("83.3333", 83.3333),
        ("-500", -500),
        ("-€500", -500),
        ("1e4", 10_000),
        ("12.500", 12_500),
        ("0.125", 0.125),
        ("12345.678", 12345.678),
        ("12.400,50", 12400.5),
        ("9" * 400, 0),
        ("1e999", 0),
        ("nan", 0),
        ("", 0),
    ],
)
def test_a_field_of_the_profile_keeps_its_sign_and_its_places_and_has_an_end(kept: str, worth: float) -> None:
    assert amount(kept) == worth


def test_a_sum_without_end_is_no_sum() -> None:
    assert figure("9" * 400) == 0
