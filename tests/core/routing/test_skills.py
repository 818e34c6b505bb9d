import pytest

from core.routing.choose import fits, fitting


@pytest.mark.parametrize(
    ("skill", "need"),
    [("orders", "order_status"), ("Fraud", "fraud"), ("billing dispute", "billing_dispute"), ("refund", "refunds")],
)
def test_a_skill_fits_though_it_is_written_otherwise(skill: str, need: str) -> None:
    assert fits(skill, need)


@pytest.mark.parametrize(
    ("skill", "need"), [("orders", "refund_status"), ("", "refund"), ("tech support", "support_plan")]
)
def test_a_word_in_common_is_not_enough(skill: str, need: str) -> None:
    assert not fits(skill, need)


def test_the_first_fitting_skill_by_name_is_told() -> None:
    assert fitting({"status", "order"}, ["order_status"]) == "order"
    assert fitting({"fraud"}, ["order_status"]) == ""
