from datetime import timedelta

import pytest

from core.journey.step import moment
from core.model.journey import JourneyStep, JourneyStepKind
from core.policy.journey import JourneyRule
from tests.core.people import NOW

TEXTS = {"en": "Need a hand?"}
FAILING = JourneyRule(step=JourneyStepKind.FAILED, texts=TEXTS, times=3, within=timedelta(minutes=10))
WAITING = JourneyRule(step=JourneyStepKind.HESITATED, texts=TEXTS, seconds=60, pages=("/checkout",))


def step(kind: JourneyStepKind = JourneyStepKind.FAILED, *, minutes_ago: float = 0, **changes: object) -> JourneyStep:
    given: dict[str, object] = {"visitor": "v", "kind": kind, "page": "/checkout/payment", "name": "payment"}
    return JourneyStep(**{**given, "at": NOW - timedelta(minutes=minutes_ago), **changes})  # type: ignore[arg-type]


def found(*steps: JourneyStep, **rules: JourneyRule) -> tuple[str, str] | None:
    return moment(steps, rules, NOW)


def test_a_step_that_fails_for_the_third_time_is_a_moment_and_says_why() -> None:
    steps = [step(minutes_ago=4), step(minutes_ago=2), step()]
    assert found(*steps, failing=FAILING) == ("failing", "payment failed 3 times on /checkout/payment")
    assert found(*steps[1:], failing=FAILING) is None


def test_failures_of_other_steps_or_of_long_ago_do_not_count() -> None:
    assert found(step(minutes_ago=4), step(minutes_ago=2, name="address"), step(), failing=FAILING) is None
    assert found(step(minutes_ago=11), step(minutes_ago=2), step(), failing=FAILING) is None


def test_the_moment_has_passed_when_something_else_came_after() -> None:
    steps = [step(minutes_ago=3), step(minutes_ago=2), step(minutes_ago=1), step(JourneyStepKind.PAGE, page="/thanks")]
    assert found(*steps, failing=FAILING) is None


@pytest.mark.parametrize(
    ("page", "seconds", "expected"),
    [
        ("/checkout", 60, True),
        ("/checkout/payment", 75, True),
        ("/checkout", 59, False),
        ("/checkout-help", 90, False),
        ("/", 90, False),
    ],
)
def test_a_hesitation_counts_on_its_pages_from_its_seconds_on(page: str, seconds: float, expected: bool) -> None:
    hesitation = step(JourneyStepKind.HESITATED, page=page, seconds=seconds, name="")
    assert (found(hesitation, waiting=WAITING) is not None) is expected


def test_the_first_rule_that_fits_is_the_one() -> None:
    again = JourneyRule(step=JourneyStepKind.FAILED, texts=TEXTS)
    assert found(step(), failing=FAILING, again=again) == ("again", "payment failed once on /checkout/payment")
    assert found(failing=FAILING) is None
