import pytest

from core.model.conversation import CaseContext, MessageKind, Role
from core.read.non_requests import rating_in, rating_of
from tests.core import samples

ASKED = "How did we do? Reply with a number from 1 (poor) to 5 (very good). Reply STOP to opt out."


def told(answer: str, question: str = ASKED, kind: MessageKind = MessageKind.RATING) -> CaseContext:
    asked = samples.message(1, role=Role.ASSISTANT, text=question, kind=kind)
    return samples.case(asked, samples.message(2, text=answer))


@pytest.mark.parametrize(
    ("text", "score"),
    [("5", 5), (" 4! ", 4), ("3/5", 3), ("2 out of 5", 2), ("1 Stern", 1), ("⭐⭐⭐⭐", 4), ("4", 4), ("5 stars!!", 5)],
)
def test_a_number_alone_is_a_rating(text: str, score: int) -> None:
    assert rating_in(text) == score
    assert rating_of(told(text)) == score


@pytest.mark.parametrize(
    "text", ["6", "0", "55", "5 devices are offline", "on the 5th", "", "12345", "1 and 2", "five"]
)
def test_anything_else_is_for_somebody_to_read(text: str) -> None:
    assert rating_in(text) is None


def test_a_number_that_nobody_asked_for_is_no_rating() -> None:
    assert rating_of(told("5", "Which of these times suits you? 1. Monday 5. Friday", MessageKind.WORDS)) is None
    assert rating_of(told("5", "Your order is late.", MessageKind.OUTREACH)) is None
    assert rating_of(told("5", "The fault ends between 1 pm and 5 pm.", MessageKind.OUTREACH)) is None
    assert rating_of(samples.case(samples.message(1, text="5"))) is None


def test_once_somebody_spoke_in_between_a_number_answers_them() -> None:
    asked = samples.message(1, role=Role.ASSISTANT, text=ASKED, kind=MessageKind.RATING)
    other = samples.message(2, role=Role.AGENT, text="How many devices do you have?")
    assert rating_of(samples.case(asked, other, samples.message(3, text="5"))) is None
