import pytest

from core.knowledge.synonyms import concepts


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


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("CASH BACK", "refund"), ("bring it all back", "return"), ("signing into", "signin"), ("2-FA", "twostep"),
        ("locked out", "locked"), ("billed me twice", "charged twice"), ("double bookings", "charged twice"),
        ("where's my blue parcel", "track order"), ("how much is", "price"), ("ring me", "callback phone"),
        ("ETA", "when arrive"), ("Amex", "american express"), ("laptop", "computer"), ("Wi-Fi", "wifi"),
        ("e-mails", "email"), ("setting up", "setup"), ("opening times", "hours"),
    ],
)  # fmt: skip
def test_several_words_for_one_are_seen_wherever_they_stand(said: str, meant: str) -> None:
    assert concepts(f"Please, {said}!") == concepts(f"Please, {meant}!")
