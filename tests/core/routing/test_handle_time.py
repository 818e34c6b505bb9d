import random

import pytest

from core.model.agent import Handled
from core.routing import learn_handle_times


def handled(agent: str, intent: str, *minutes: float, complexity: float = 0.0) -> list[Handled]:
    return [Handled(agent=agent, intent=intent, minutes=each, complexity=complexity) for each in minutes]


def test_nothing_is_predicted_from_nothing() -> None:
    assert learn_handle_times([]).predict(["1"], "refund") is None
    assert learn_handle_times(handled("1", "refund", 0, -3)).predict(["1"], "refund") is None


def test_many_conversations_speak_for_themselves() -> None:
    model = learn_handle_times(handled("1", "refund", *[10.0] * 400) + handled("2", "refund", *[20.0] * 400))
    assert model.predict(["1"], "refund") == pytest.approx(10, rel=0.05)
    assert model.predict(["2"], "refund") == pytest.approx(20, rel=0.05)


def test_one_quick_conversation_makes_nobody_quick() -> None:
    model = learn_handle_times(handled("1", "refund", *[10.0] * 100) + handled("2", "refund", 1.0))
    quick, usual = model.predict(["2"], "refund"), model.usual("refund")
    assert quick is not None
    assert usual is not None
    assert usual * 0.85 < quick < usual


def test_who_gets_the_hard_ones_is_not_taken_for_slow() -> None:
    model = learn_handle_times(
        handled("1", "refund", *[5.0] * 60)
        + handled("3", "refund", *[30.0] * 60, complexity=0.9)
        + handled("2", "refund", *[30.0] * 60, complexity=0.9)
    )
    assert model.factor(["2"], "refund") == pytest.approx(model.factor(["1"], "refund"), abs=0.1)
    easy, hard = model.usual("refund", 0.1), model.usual("refund", 0.9)
    assert easy is not None
    assert hard is not None
    assert hard > 3 * easy


def test_an_unknown_intent_takes_the_overall_mean() -> None:
    assert learn_handle_times(handled("1", "refund", 8, 12)).usual("invoice") == 10


def test_an_agent_is_known_by_id_or_by_name() -> None:
    model = learn_handle_times(handled("Maria", "refund", *[5.0] * 50) + handled("2", "refund", *[15.0] * 50))
    assert model.factor(["1", "Maria"], "refund") < 1 < model.factor(["2", "Jonas"], "refund")


def test_the_order_of_the_past_does_not_matter() -> None:
    past = handled("1", "refund", 4, 9, 7) + handled("2", "invoice", 3, 8)
    shuffled = random.Random(1).sample(past, len(past))
    assert learn_handle_times(past).predict(["1"], "refund") == pytest.approx(
        learn_handle_times(shuffled).predict(["1"], "refund")
    )
