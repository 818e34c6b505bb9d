"""Newcombe's interval, against figures that were published with it, and against chance."""

import random

import pytest

from core.measure.statistics import Difference, Share


def of(hits: int, cases: int, others: int, of_others: int) -> Difference:
    return Difference(treated=Share(hits=hits, cases=cases), held_out=Share(hits=others, cases=of_others))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_the_interval_is_the_published_one(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    found = of(*counts)
    assert found.low == pytest.approx(low, abs=2e-4)
    assert found.high == pytest.approx(high, abs=2e-4)


def test_the_truth_lies_inside_nineteen_times_in_twenty() -> None:
    chance = random.Random(7)
    inside = 0
    for _ in range(1000):
        treated = sum(chance.random() < 0.06 for _ in range(450))
        held_out = sum(chance.random() < 0.10 for _ in range(50))
        found = of(treated, 450, held_out, 50)
        inside += found.low <= -0.04 <= found.high
    assert inside >= 930


def test_nothing_is_sure_of_an_empty_arm() -> None:
    found = of(1, 10, 0, 0)
    assert (found.value, found.low, found.high, found.sure) == (None, -1.0, 1.0, False)


def test_it_is_sure_where_the_interval_leaves_nought_out() -> None:
    assert of(10, 900, 30, 300).sure
    assert not of(10, 100, 2, 20).sure
