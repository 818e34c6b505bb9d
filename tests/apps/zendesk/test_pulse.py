from datetime import timedelta
from typing import Any

import pytest

from apps.zendesk.session import Visitor
from core.measure.pulse import FEWEST, MOST_SHOWN
from core.model.agent import Asked
from tests.apps.zendesk.desk import Desk

JONAS = Visitor(agent_id="502", name="Jonas Weber", role="agent")
LAST_WEEK = "2026-W46"


def asks(desk: Desk, bearer: str | None = None) -> dict[str, Any]:
    answer = desk.get("pulse", bearer)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_the_question_is_due_once_a_week_for_each_agent(desk: Desk) -> None:
    assert asks(desk)["due"]
    assert desk.post("pulse", {"did": "answered", "helps": 4}).status_code == 204
    assert not asks(desk)["due"]
    assert asks(desk, desk.signed_in(JONAS))["due"]


def test_next_week_it_is_due_again(desk: Desk) -> None:
    desk.post("pulse", {"did": "later"})
    assert not asks(desk)["due"]
    desk.clock.forward(timedelta(days=7))
    assert asks(desk)["due"]


def test_who_passes_it_over_again_and_again_is_left_alone(desk: Desk) -> None:
    for _ in range(MOST_SHOWN):
        assert asks(desk)["due"]
        desk.post("pulse", {"did": "shown"})
    assert not asks(desk)["due"]


def test_the_first_answer_of_a_week_stays(desk: Desk) -> None:
    desk.post("pulse", {"did": "answered", "helps": 2})
    desk.post("pulse", {"did": "answered", "helps": 5})
    with desk.store.read() as unit:
        assert [row.helps for row in unit.pulse.since(LAST_WEEK)] == [2]


def test_nothing_that_is_kept_names_the_agent(desk: Desk) -> None:
    desk.post("pulse", {"did": "answered", "helps": 2})
    with desk.store.read() as unit:
        (row,) = unit.pulse.since(LAST_WEEK)
    assert "501" not in row.person
    assert "Maria" not in str(row)


def test_the_week_before_is_told_when_enough_answered(desk: Desk) -> None:
    with desk.store.begin() as unit:
        for number in range(FEWEST):
            unit.pulse.save(Asked(week=LAST_WEEK, person=str(number), shown=1, helps=5 if number else 1))
    assert asks(desk)["last"] == {"helps": 0.8, "answered": FEWEST, "asked": FEWEST}


def test_of_a_week_with_few_answers_nothing_is_told(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.pulse.save(Asked(week=LAST_WEEK, person="1", shown=1, helps=5))
    assert asks(desk)["last"] is None


@pytest.mark.parametrize(
    "wrong",
    [{}, {"did": "answered"}, {"did": "answered", "helps": 6}, {"did": "later", "helps": 3}, {"did": "liked"}],
)
def test_a_wrong_answer_is_refused_and_not_kept(desk: Desk, wrong: dict[str, Any]) -> None:
    assert desk.post("pulse", wrong).status_code == 400
    with desk.store.read() as unit:
        assert unit.pulse.since(LAST_WEEK) == []


def test_nobody_answers_without_a_sign_in(desk: Desk) -> None:
    assert desk.get("pulse", "nonsense").status_code == 401
