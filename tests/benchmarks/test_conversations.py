"""The load of many conversations, in a small sample: that nothing is lost and nothing doubled, not how fast it is."""

import random
from pathlib import Path

import pytest

from benchmarks.conversations import conversations
from benchmarks.texters import QUESTIONS, QUICK, Size, written

ONCE = {"answers lost", "answers doubled", "conversations answered out of order"}


def test_a_burst_ends_with_its_question() -> None:
    burst = list(written(QUESTIONS[0], Size(), random.Random(1)))
    assert burst[-1] == QUESTIONS[0]
    assert 2 <= len(burst) <= 4


@pytest.mark.timeout(300)
def test_of_a_few_conversations_none_is_lost_doubled_or_out_of_order(tmp_path: Path) -> None:
    figures = {figure.name: figure for figure in conversations(tmp_path, QUICK)}
    assert {name: figures[name].value for name in ONCE} == dict.fromkeys(ONCE, 0)
    turns = QUICK.conversations * QUICK.turns
    assert figures["turns"].value == turns
    assert figures["texts accepted"].kept
