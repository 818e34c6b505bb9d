from datetime import timedelta

import pytest

from core.errors import CircuitOpenError, RejectedError, TransientError
from core.prompting.breaker import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, Breaker, BreakerModel
from core.prompting.time_budget import TimeBudget
from tests.core.answer.compose.models import Model

AWAY = TransientError("away")


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def forward(self, by: timedelta) -> None:
        self.seconds += by.total_seconds()


def ask(model: BreakerModel) -> str:
    return model.complete(system="", user="", schema={}, max_tokens=1)


def broken(model: Model, clock: Clock) -> BreakerModel:
    watched = BreakerModel(model, Breaker(name="stub", clock=clock))
    for _ in range(FAILURES):
        with pytest.raises(TransientError):
            ask(watched)
    return watched


def test_after_failures_in_a_row_it_is_not_asked() -> None:
    model = Model(AWAY)
    watched = broken(model, Clock())
    with pytest.raises(CircuitOpenError):
        ask(watched)
    with pytest.raises(CircuitOpenError):
        next(iter(watched.stream(system="", user="", schema={}, max_tokens=1)))
    assert len(model.prompts) == FAILURES


def test_an_answer_between_them_starts_the_count_again() -> None:
    model = Model(AWAY, AWAY, "{}", AWAY, AWAY, "{}")
    watched = BreakerModel(model, Breaker(name="stub", clock=Clock()))
    for expected in (None, None, "{}", None, None, "{}"):
        if expected is None:
            with pytest.raises(TransientError):
                ask(watched)
        else:
            assert ask(watched) == expected


def test_after_the_pause_one_request_tries_it_and_an_answer_ends_the_pause() -> None:
    clock = Clock()
    watched = broken(Model(*[AWAY] * FAILURES, "{}"), clock)
    clock.forward(FIRST_PAUSE)
    assert [ask(watched) for _ in range(3)] == ["{}"] * 3


def test_while_one_request_tries_it_the_others_go_on_without() -> None:
    clock = Clock()
    watched = broken(Model(*[AWAY] * FAILURES, ["{", "}"]), clock)
    clock.forward(FIRST_PAUSE)
    trying = watched.stream(system="", user="", schema={}, max_tokens=1)
    assert next(iter(trying)) == "{"
    with pytest.raises(CircuitOpenError):
        ask(watched)
    assert list(trying) == ["}"]
    assert ask(watched) == "{}"


def test_each_further_failure_makes_the_pause_twice_as_long_up_to_a_limit() -> None:
    clock, model = Clock(), Model(AWAY)
    watched, pause = broken(model, clock), FIRST_PAUSE
    for _ in range(8):
        clock.forward(pause - timedelta(milliseconds=1))
        with pytest.raises(CircuitOpenError):
            ask(watched)
        clock.forward(timedelta(milliseconds=2))
        with pytest.raises(TransientError, match="away"):
            ask(watched)
        pause = min(pause * 2, LONGEST_PAUSE)
    assert pause == LONGEST_PAUSE


def test_an_endpoint_that_refuses_is_there() -> None:
    model = Model(AWAY, AWAY, RejectedError("no", code="refusal"), AWAY, AWAY, "{}")
    watched = BreakerModel(model, Breaker(name="stub", clock=Clock()))
    for _ in range(5):
        with pytest.raises((TransientError, RejectedError)):
            ask(watched)
    assert ask(watched) == "{}"


def test_nobody_waits_for_a_model_that_is_left_alone() -> None:
    slept: list[float] = []
    waiting = TimeBudget(sleep=slept.append).begin()
    with pytest.raises(CircuitOpenError):
        waiting.again(CircuitOpenError("left alone"))
    assert slept == []
