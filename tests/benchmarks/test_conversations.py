"""What counts as an answer lost, doubled or late among many conversations."""

import random
from typing import Any

import pytest

from benchmarks.conversations import PATIENCE, QUESTIONS, Size, Talk, count_amiss, list_waits, write_burst


def test_a_burst_ends_with_its_question() -> None:
    burst = list(write_burst(QUESTIONS[0], Size(), random.Random(1)))
    assert burst[-1] == QUESTIONS[0]
    assert 2 <= len(burst) <= 4


USUAL = {"How?": "https://help/how", "Where?": "https://help/where"}


def talk(*questions: str, **known: Any) -> Talk:
    return Talk(phone="+447700900001", asked=[(question, 0.0) for question in questions], **known)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["See https://help/how", "See https://help/where"], (0, 0)),
        (["See https://help/how"], (1, 0)),
        (["See https://help/how", "See https://help/where", "See https://help/where"], (0, 1)),
        (["See https://help/how", "See https://help/how"], (1, 1)),
        (["See https://help/how", "A person takes over."], (0, 0)),
        (["See https://help/how", "See https://help/where", "A person takes over."], (0, 1)),
        ([], (2, 0)),
    ],
)
def test_a_lost_answer_is_not_made_good_by_a_doubled_one(said: list[str], expected: tuple[int, int]) -> None:
    assert count_amiss(talk("How?", "Where?"), said, USUAL) == expected


def test_who_is_never_answered_has_waited_all_their_patience() -> None:
    assert list_waits(talk("How?", "Where?", answered=[1.5])) == [1.5, PATIENCE]
