"""A ratio of two shares, against another method where both are good, and against chance where it is not."""

import math
import random

import pytest
from scipy.stats.contingency import relative_risk

from core.measure.outreach.results import Ratio
from core.measure.statistics import Share


def of(hits: int, cases: int, others: int, of_others: int) -> Ratio:
    return Ratio(treated=Share(hits=hits, cases=cases), held_out=Share(hits=others, cases=of_others))


@pytest.mark.parametrize("counts", [(400, 9000, 100, 1000), (900, 9000, 110, 1000), (2400, 5000, 1200, 5000)])
def test_of_many_cases_it_is_that_of_the_logarithms(counts: tuple[int, int, int, int]) -> None:
    found, other = of(*counts), relative_risk(*counts)
    ends = other.confidence_interval(0.95)
    assert found.value == pytest.approx(other.relative_risk)
    assert found.low == pytest.approx(ends.low, rel=0.02)
    assert found.high == pytest.approx(ends.high, rel=0.02)


def test_the_truth_lies_inside_nineteen_times_in_twenty() -> None:
    chance = random.Random(11)
    inside = 0
    for _ in range(1000):
        treated = sum(chance.random() < 0.06 for _ in range(450))
        held_out = sum(chance.random() < 0.10 for _ in range(50))
        found = of(treated, 450, held_out, 50)
        inside += found.low <= 0.6 <= found.high
    assert inside >= 930


def test_where_nobody_of_the_held_out_has_it_there_is_no_upper_end() -> None:
    found = of(3, 100, 0, 40)
    assert (found.value, found.high) == (None, math.inf)
    assert found.low > 0
    assert of(0, 100, 4, 40).low == 0
    assert (of(0, 0, 0, 0).low, of(0, 0, 0, 0).high) == (0, math.inf)
