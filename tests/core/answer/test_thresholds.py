import pytest

from core.answer.confidence import Thresholds


def test_an_intent_without_its_own_threshold_has_that_of_all() -> None:
    thresholds = Thresholds(otherwise=0.3, of={"refund": 0.6})
    assert (thresholds.for_intent("refund"), thresholds.for_intent("delivery")) == (0.6, 0.3)


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_a_threshold_is_a_probability(value: float) -> None:
    with pytest.raises(ValueError, match="refund"):
        Thresholds(of={"refund": value})
