import pytest

from core.answer.synonyms import concepts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("guarantee", "warranty"),
        ("my parcel", "the package"),
        ("get my money back", "refund"),
        ("2FA", "two-step sign-in"),
        ("I sent the hub back", "return the hub"),
        ("forgot pw", "forgot password"),
        ("charged twice", "double payment"),
    ],
)
def test_words_for_the_same_thing_meet(one: str, other: str) -> None:
    assert concepts(one) & concepts(other)


@pytest.mark.parametrize(
    ("one", "other"), [("refund", "return"), ("cancel my order", "close my account"), ("hub", "doorbell")]
)
def test_different_things_do_not(one: str, other: str) -> None:
    assert not concepts(one) & concepts(other)
