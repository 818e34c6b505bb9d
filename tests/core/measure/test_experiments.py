"""Simulated experiments, looked at all the time: what was planted is found, and nothing else."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.measure.experiments import Verdict, result_of
from core.measure.statistics import AlwaysValid, Share, kappa
from core.model.arm import Arm, arm_of
from core.model.decision import Action
from core.model.experiment import Followed, Said
from core.model.ids import ConversationId, CustomerId
from core.policy.experiments import Experiment, Measure, Varies

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=40)
EXPERIMENT = Experiment(varies=Varies.AUTOMATIC)


def first_word(treated: float, held_out: float, people: int, seed: int, look_every: int = 100) -> str:
    """What somebody would say who looks after every `look_every` people and says it at the first sure interval."""
    chance = np.random.default_rng(seed)
    arm = chance.random(people) < 0.5
    hit = chance.random(people) < np.where(arm, treated, held_out)
    counts = [np.cumsum(each) for each in (arm & hit, arm, ~arm & hit, ~arm)]
    for look in range(look_every - 1, people, look_every):
        a, b, c, d = (int(each[look]) for each in counts)
        found = AlwaysValid(treated=Share(hits=a, cases=b), held_out=Share(hits=c, cases=d))
        if found.sure:
            return "fewer" if found.high < 0 else "more"
    return "unsure"


@pytest.mark.parametrize("rate", [0.02, 0.2])
def test_of_a_thousand_experiments_without_an_effect_at_most_five_in_a_hundred_ever_say_one(rate: float) -> None:
    words = Counter(first_word(rate, rate, 4_000, seed) for seed in range(1_000))
    assert words["fewer"] + words["more"] <= 50


def test_a_lift_of_three_points_is_found() -> None:
    assert {first_word(0.17, 0.20, 20_000, seed, 500) for seed in range(40)} == {"fewer"}


def test_harm_of_three_points_is_found() -> None:
    assert {first_word(0.23, 0.20, 30_000, seed, 500) for seed in range(40)} == {"more"}


def person(number: int, arm: Arm, *rules: str, at: datetime = LONG_AGO, again: bool = False) -> Followed:
    here = ConversationId(f"co_{number}")
    said = [
        Said(at=at + timedelta(hours=1), intent="other", rule=rule, action=Action.HANDOFF, conversation_id=here)
        for rule in rules
    ]
    if again:
        wrote = at + timedelta(days=2)
        said.append(Said(at=wrote, intent="reset", rule="x", action=Action.SUGGEST, conversation_id=here))
    return Followed(
        customer_id=CustomerId(f"cu_{number}"),
        arm=arm,
        at=at,
        intent="reset",
        conversation_id=here,
        after=tuple(said),
    )


def people(treated_again: int, held_out_again: int, each: int = 500) -> list[Followed]:
    return [
        *(person(n, Arm.TREATED, again=n < treated_again) for n in range(each)),
        *(person(each + n, Arm.HOLDOUT, again=n < held_out_again) for n in range(each)),
    ]


def test_nothing_is_called_better_while_the_interval_holds_no_difference() -> None:
    close = result_of("x", EXPERIMENT, people(95, 100), NOW)
    assert close.effect.value == pytest.approx(-0.01)
    assert close.verdict is Verdict.UNSURE
    assert result_of("x", EXPERIMENT, people(20, 150), NOW).verdict is Verdict.BETTER


def test_harm_by_a_guardrail_counts_although_its_own_measure_became_rarer() -> None:
    found = people(20, 150)
    angry = [person(9000 + n, Arm.TREATED, "trigger:formal_complaint") for n in range(100)]
    result = result_of("x", EXPERIMENT, [*found, *angry], NOW)
    assert result.effect.high < 0
    assert (result.verdict, result.harms) == (Verdict.HARMFUL, [Measure.COMPLAINT])


def test_only_those_whose_days_are_over_tell_of_the_effect() -> None:
    young = [person(n, Arm.TREATED, at=NOW - timedelta(days=1)) for n in range(300)]
    result = result_of("x", EXPERIMENT, young, NOW)
    assert result.effect.treated.cases == 0
    assert result.so_far[Measure.CONTACT_AGAIN].treated.cases == 300
    assert result.verdict is Verdict.TOO_FEW


def test_what_is_said_in_the_conversation_itself_is_no_second_contact() -> None:
    same_day = person(1, Arm.TREATED)
    wrote = Said(
        at=LONG_AGO + timedelta(hours=2),
        intent="reset",
        rule="x",
        action=Action.SUGGEST,
        conversation_id=ConversationId("co_1"),
    )
    result = result_of("x", EXPERIMENT, [replace(same_day, after=(wrote,))], NOW)
    assert result.effect.treated.hits == 0


def test_an_experiment_that_does_something_else_begins_anew() -> None:
    other = Experiment(varies=Varies.AUTOMATIC, share=0.4)
    assert EXPERIMENT.key("x") == Experiment(varies=Varies.AUTOMATIC).key("x") != other.key("x")
    assert EXPERIMENT.key("x") == Experiment(varies=Varies.AUTOMATIC, guardrails=frozenset()).key("x")


def test_the_lot_is_the_same_for_a_person_and_draws_the_share() -> None:
    drawn = [arm_of("m", f"cu_{n}", 0.3) for n in range(10_000)]
    assert drawn == [arm_of("m", f"cu_{n}", 0.3) for n in range(10_000)]
    assert 0.28 < drawn.count(Arm.HOLDOUT) / 10_000 < 0.32


def test_kappa_is_one_where_all_agree_and_nought_where_they_agree_by_chance() -> None:
    agreed = kappa([("good", "good"), ("faulty", "faulty")] * 20)
    assert agreed is not None
    assert agreed.value == pytest.approx(1)
    chance = kappa([(a, b) for a in ("good", "faulty") for b in ("good", "faulty")] * 10)
    assert chance is not None
    assert chance.value == pytest.approx(0)
    assert chance.low < 0 < chance.high
    assert kappa([]) is None
    assert kappa([("good", "good")] * 9) is None
    # The example of Cohen (1960) as it is in the textbooks: 20, 5, 10, 15 of 50.
    book = kappa([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15)
    assert book is not None
    assert book.value == pytest.approx(0.4)
