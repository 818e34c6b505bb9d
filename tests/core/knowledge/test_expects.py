import pytest

from core.knowledge.match import fitting
from core.knowledge.passages import lines

STEP = lines("1. Open the app.")[0]
TIME = lines("It takes 3 to 5 working days.")[0]
PRICE = lines("The visit costs £85.")[0]
PHONE = lines("Call +44 20 7946 0182.")[0]
PLAIN = lines("The ring is green.")[0]


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("How do I add a hub?", STEP),
        ("I want to cancel my plan", STEP),
        ("How long does it take?", TIME),
        ("When will it arrive?", TIME),
        ("how much is a visit", PRICE),
        ("What is your phone number?", PHONE),
        ("Wie lange dauert das?", TIME),
    ],
)
def test_a_line_of_the_kind_asked_for_fits(asked: str, line: object) -> None:
    assert fitting(asked, line) > 0  # type: ignore[arg-type]


@pytest.mark.parametrize("line", [TIME, PRICE, PHONE, PLAIN])
def test_another_kind_does_not(line: object) -> None:
    assert fitting("Does it work with my boiler?", line) == 0  # type: ignore[arg-type]
