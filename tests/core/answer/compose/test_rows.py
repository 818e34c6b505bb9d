"""Rows of an answer that is still being written."""

import json
import random

import pytest

from core.answer.compose.compose import LARGEST, Rows
from core.prompting.json_answer import MalformedError

ROWS = [{"text": 'a "b" {c} [d] \\ ü 🙂', "passage": 1}, {"text": "}]", "list": [{"text": "inner"}]}, {}]
WHOLE = json.dumps({"answerable": True, "other": [{"text": "no"}], "sentences": ROWS, "after": [{"text": "no"}]})


def pieces(text: str, seed: int) -> list[str]:
    chance = random.Random(seed)
    found = []
    while text:
        size = chance.randint(1, 9)
        found.append(text[:size])
        text = text[size:]
    return found


@pytest.mark.parametrize("seed", range(20))
def test_the_rows_come_whole_and_in_order_however_the_text_is_cut(seed: int) -> None:
    rows = Rows()
    found = [row for piece in pieces(WHOLE, seed) for row in rows.feed(piece)]
    assert found == ROWS
    assert rows.before == {"answerable": True, "other": [{"text": "no"}], "sentences": []}
    assert rows.text == WHOLE


def test_a_row_comes_with_its_last_letter() -> None:
    rows = Rows()
    assert rows.feed('{"sentences": [{"text": "one"') == []
    assert rows.feed("}") == [{"text": "one"}]


@pytest.mark.parametrize("text", ["", "Sure!", "[1, 2]", '"sentences"', '{"sentences": {"a": {"b": 1}}}', "}}}]]]{{{"])
def test_what_has_no_rows_gives_none(text: str) -> None:
    rows = Rows()
    assert rows.feed(text) == []
    assert rows.before == {}


def test_a_second_answer_behind_the_first_is_not_read() -> None:
    text = json.dumps({"sentences": [{"text": "one"}]})
    rows = Rows()
    assert rows.feed(text + text) == [{"text": "one"}]
    assert rows.text == text + text


def test_a_row_that_is_no_json_is_said_so() -> None:
    with pytest.raises(MalformedError):
        Rows().feed('{"sentences": [{text: 1}')


def test_an_answer_without_end_is_said_so() -> None:
    with pytest.raises(MalformedError):
        Rows().feed(" " * (LARGEST + 1))
