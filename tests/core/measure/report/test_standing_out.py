from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pytest

from core.measure.report.measures import MEASURES
from core.measure.report.standing_out import marks, waves
from core.measure.statistics import Share, chance_of, mean
from core.model.matter import By, Tally

FIRST = date(2026, 1, 5)


def tally(key: str, hits: int, cases: int = 1000, name: str = "satisfied") -> Tally:
    return Tally(key=key, matters=cases, shares={name: (hits, cases)})


def found(*tallies: Tally, by: By = By.INTENT) -> list[tuple[str, bool | None]]:
    return [(mark.key, mark.worse) for mark in marks({by: tallies})]


def test_one_group_that_is_worse_does_not_make_the_others_look_better() -> None:
    assert found(tally("a", 800), tally("b", 805), tally("c", 500, 3000)) == [("c", True)]


def test_a_difference_by_chance_is_none() -> None:
    assert found(tally("a", 800), tally("b", 830), tally("c", 790)) == []


def test_a_sure_difference_of_a_point_is_nothing_to_act_on() -> None:
    assert found(tally("a", 800_000, 1_000_000), tally("b", 810_000, 1_000_000)) == []


def test_where_nothing_differs_one_report_of_twenty_marks_something_at_most() -> None:
    chance, reports, marked = np.random.default_rng(7), 300, 0
    for _ in range(reports):
        cases = chance.integers(20, 3000, size=8)
        shares = {measure.name: chance.uniform(0.02, 0.98) for measure in MEASURES}
        groups = [
            Tally(
                key=str(n),
                matters=int(of),
                shares={name: (int(chance.binomial(of, p)), int(of)) for name, p in shares.items()},
            )
            for n, of in enumerate(cases)
        ]
        marked += bool(marks({By.INTENT: groups}))
    assert marked <= 0.05 * reports


def test_a_group_of_few_cases_is_never_marked() -> None:
    assert found(tally("a", 800), tally("b", 0, 19)) == []


def test_of_two_groups_the_smaller_one_is_the_odd_one() -> None:
    assert found(tally("a", 800, 1000), tally("b", 100, 200)) == [("b", True)]


def test_two_small_groups_far_off_are_the_odd_ones_and_not_the_large_one_or_what_is_between() -> None:
    languages = (tally("en", 58, 641), tally("de", 78, 200), tally("fr", 110, 118), tally("es", 111, 116))
    told = {mark.key: round(mark.difference.value or 0.0, 2) for mark in marks({By.LANGUAGE: languages})}
    assert told == {"es": 0.8, "fr": 0.77, "de": 0.3}


def test_of_many_alike_the_large_one_that_differs_is_the_odd_one() -> None:
    """Though a small one is farther from all others together."""
    assert found(tally("a", 46, 50), tally("b", 800), tally("c", 600, 3000), tally("d", 810)) == [("c", True)]


def test_who_had_a_matter_is_not_compared() -> None:
    assert found(tally("Maria", 900), tally("Tom", 500), by=By.AGENT) == []


def test_of_a_measure_that_nobody_calls_good_or_bad_a_group_is_different() -> None:
    assert found(tally("a", 500, name="contained"), tally("b", 900, name="contained"))[0][1] is None


def series(usual: int, high: Mapping[int, int]) -> Mapping[str, Mapping[str, int]]:
    days = {(FIRST + timedelta(days=n)).isoformat(): high.get(n, usual + n % 3) for n in range(84)}
    return {"offline": days}


def test_days_with_five_times_what_is_usual_are_one_wave() -> None:
    (wave,) = waves(By.INTENT, series(20, {40: 100, 41: 110, 43: 90}), FIRST, FIRST + timedelta(days=84))
    assert (wave.since, wave.until, wave.count) == (FIRST + timedelta(40), FIRST + timedelta(43), 300)


def test_a_quiet_day_and_a_somewhat_busy_one_are_no_wave() -> None:
    assert waves(By.INTENT, series(20, {40: 0, 60: 32}), FIRST, FIRST + timedelta(days=84)) == []


def test_without_weeks_to_compare_with_nothing_is_said() -> None:
    assert waves(By.INTENT, series(20, {5: 200}), FIRST, FIRST + timedelta(days=10)) == []


def test_the_chance_of_a_difference_is_that_of_the_score_test() -> None:
    # Worked by hand: pooled 0.45, z = 0.02 / sqrt(0.45 * 0.55 * 2 / 5000) = 2.0101, two-sided 0.0444.
    assert round(chance_of(Share(hits=2300, cases=5000), Share(hits=2200, cases=5000)), 4) == 0.0444
    assert chance_of(Share(hits=0, cases=0), Share(hits=1, cases=2)) == 1.0
    assert chance_of(Share(hits=5, cases=5), Share(hits=9, cases=9)) == 1.0


def test_where_few_are_to_be_expected_the_chance_is_fishers() -> None:
    # Worked by hand: 3 of 3 against 1 of 5; 4 hits of 8 drawn 3 at a time: C(4, 3) / C(8, 3) = 4 / 56, doubled.
    assert chance_of(Share(hits=3, cases=3), Share(hits=1, cases=5)) == pytest.approx(2 * 4 / 56)
    # The score test would give 0.0003 here.
    assert chance_of(Share(hits=4, cases=25), Share(hits=90, cases=3000)) > 0.01


def test_a_mean_has_its_interval_and_of_one_value_there_is_none() -> None:
    rating = mean(4, 16.0, 66.0)  # 3, 4, 4, 5
    assert rating is not None
    assert (rating.value, round(rating.high - rating.value, 3)) == (4.0, 0.8)
    assert mean(1, 4.0, 16.0) is None
