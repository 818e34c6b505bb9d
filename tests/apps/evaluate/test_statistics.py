import math

import pytest

from apps.evaluate import statistics
from apps.evaluate.statistics import counts, difference, fold_of, hit_at, interval, macro_f1, ndcg_at, recall_at


def test_a_gold_in_second_place_is_discounted() -> None:
    assert ndcg_at(["x", "a", "y"], {"a"}, 10) == pytest.approx(1 / math.log2(3))


def test_all_gold_in_front_is_the_ideal() -> None:
    assert ndcg_at(["a", "b", "x"], {"b", "a"}, 10) == 1.0


def test_what_lies_beyond_k_does_not_count() -> None:
    assert ndcg_at(["x", "a"], {"a"}, 1) == 0.0
    assert hit_at(["x", "a"], {"a"}, 1) == 0.0
    assert recall_at(["a", "x", "b"], {"a", "b"}, 2) == 0.5


def test_there_is_no_recall_of_nothing() -> None:
    with pytest.raises(ValueError, match="anything to find"):
        recall_at(["a"], set(), 5)


def test_precision_recall_and_f1_of_a_judgement() -> None:
    found = counts([True, True, False, False], [True, False, True, False])
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)


def test_macro_f1_counts_both_answers_alike() -> None:
    assert macro_f1([True, True, True, True], [True, True, True, False]) == pytest.approx((6 / 7 + 0) / 2)


def test_the_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    values = [0.0, 1.0] * 50
    found = interval(values)
    assert found.value == 0.5
    assert found.low < 0.5 < found.high
    assert interval(values) == found


def test_a_constant_gain_has_no_width() -> None:
    found = difference([0.6, 0.7, 0.8], [0.5, 0.6, 0.7])
    assert found.low == pytest.approx(0.1)
    assert found.high == pytest.approx(0.1)


def test_different_cases_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="zip"):
        difference([1.0], [1.0, 0.0])


def test_no_cases_have_no_interval() -> None:
    with pytest.raises(ValueError, match="no cases"):
        statistics.bootstrap(0, lambda chosen: 0.0)


def test_a_conversation_is_always_in_the_same_fold() -> None:
    folds = [fold_of(f"conversation {number}") for number in range(200)]
    assert set(folds) == {0, 1, 2, 3, 4}
    assert folds == [fold_of(f"conversation {number}") for number in range(200)]
