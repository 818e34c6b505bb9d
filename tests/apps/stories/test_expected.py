import pytest

from apps.demo.outside import NotSeenError
from apps.stories.expected import Expected, expected


def test_words_may_stand_in_any_of_the_messages_and_in_any_case() -> None:
    expected({"has": ["virtual ASSISTANT", "5 days"], "count": 2}).check("texts", ["5\n days", "A virtual assistant"])


@pytest.mark.parametrize(
    ("given", "texts", "told"),
    [
        ("days", ["weeks"], "does not say “days”"),
        (["days", "refund"], ["days"], "does not say “refund”"),
        ({"has not": "order number?"}, ["What is your order number?"], "says “order number?”"),
        ({"any of": ["red", "green"]}, ["blue"], "says none of red, green"),
        ("days", [], "0 instead of 1"),
        ("days", ["days", "days"], "2 instead of 1"),
        ({"count": 0}, ["Hello"], "1 instead of 0"),
    ],
)
def test_what_is_not_as_it_should_be_is_told(given: object, texts: list[str], told: str) -> None:
    with pytest.raises(NotSeenError) as error:
        expected(given).check("the text", texts)
    assert told in str(error.value)


def test_nothing_said_means_one_message_whatever_it_says() -> None:
    assert expected(None) == Expected()


def test_a_misspelt_wish_is_refused() -> None:
    with pytest.raises(ValueError, match="hasnot"):
        expected({"hasnot": "x"})
