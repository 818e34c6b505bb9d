"""The load of many conversations, in a small sample: that nothing is lost and nothing doubled, not how fast it is."""

import random
from pathlib import Path
from typing import Any

import pytest

from benchmarks.conversations import amiss, conversations, waits
from benchmarks.texters import PATIENCE, QUESTIONS, QUICK, Size, Talk, written
from tests.stack import warmed

ONCE = {"answers lost", "answers doubled", "conversations answered out of order"}


def test_a_burst_ends_with_its_question() -> None:
    burst = list(written(QUESTIONS[0], Size(), random.Random(1)))
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
    assert amiss(talk("How?", "Where?"), said, USUAL) == expected


def test_who_is_never_answered_has_waited_all_their_patience() -> None:
    assert waits(talk("How?", "Where?", answered=[1.5])) == [1.5, PATIENCE]


@pytest.mark.timeout(300)
def test_of_a_few_conversations_none_is_lost_doubled_or_out_of_order(tmp_path: Path) -> None:
    warmed(tmp_path / "demo")
    figures = {figure.name: figure for figure in conversations(tmp_path, QUICK)}
    assert {name: figures[name].value for name in ONCE} == dict.fromkeys(ONCE, 0)
    turns = QUICK.conversations * QUICK.turns
    assert figures["turns"].value == turns
    assert figures["texts accepted"].kept
