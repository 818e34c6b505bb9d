"""What is said of a campaign's effect, and what is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.measure.outreach.results import SETTLED, Result, Verdict
from core.measure.outreach.said import sentences
from core.measure.statistics import Share
from core.model.customer import Channel
from core.policy import Outreach
from tests.core.people import NOW
from tests.core.rules import policy

COSTS = {Channel.SMS: 40_000}


def outreach(**changes: Any) -> Outreach:
    return replace(policy().outreach, **{"costs": COSTS, "contact_cost": 5_500_000, "currency": "GBP", **changes})


def result(treated: tuple[int, int] = (41, 900), held_out: tuple[int, int] = (12, 100), **changes: Any) -> Result:
    return Result(
        **{
            "at": NOW + timedelta(days=2),
            "until": NOW + timedelta(days=1),
            "days": 1,
            "treated": Share(hits=treated[0], cases=treated[1]),
            "held_out": Share(hits=held_out[0], cases=held_out[1]),
            "arrived": Share(hits=35, cases=850),
            "left": 890,
            "replied": 12,
            "replied_about": 5,
            "opted_out": 3,
            "spent": 36_000_000,
            **changes,
        }
    )


def said(of: Result, **changes: Any) -> str:
    return " ".join(sentences(of, outreach(**changes), lambda at: f"{at:%d %b %H:%M}"))


@pytest.mark.parametrize(
    ("of", "verdict"),
    [
        (result(), Verdict.SPARED),
        (result((150, 900), (5, 100)), Verdict.CAUSED),
        (result((90, 900), (12, 100)), Verdict.UNSURE),
        (result((41, 900), (0, 0)), Verdict.NOBODY_LEFT_ALONE),
        (result((41, 900), (12, 19)), Verdict.TOO_FEW),
        (result(at=NOW + timedelta(hours=23)), Verdict.NOT_YET),
        (result(at=NOW + timedelta(days=1) + SETTLED - timedelta(seconds=1)), Verdict.NOT_YET),
    ],
)
def test_an_effect_is_told_only_where_it_can_be(of: Result, verdict: Verdict) -> None:
    assert of.verdict is verdict
    assert (of.cost_each is None) == (verdict is not Verdict.SPARED)
    told = said(of)
    assert ("The message spared " in told) == (verdict is Verdict.SPARED)
    assert ("more people contact us" in told) == (verdict is Verdict.CAUSED)
    assert ("cannot be told" in told) == (verdict not in (Verdict.SPARED, Verdict.CAUSED))


def test_contacts_spared_are_of_all_who_were_to_be_written_to() -> None:
    found = result()
    assert found.spared is not None
    assert found.spared.value == pytest.approx(900 * (0.12 - 41 / 900))
    assert found.spared.low == pytest.approx(-900 * found.difference.high)
    assert 0 < found.spared.low < found.spared.value < found.spared.high


def test_a_contact_spared_costs_what_all_messages_cost() -> None:
    found = result()
    assert found.spared is not None
    assert found.cost_each is not None
    assert found.cost_each.value == pytest.approx(36_000_000 / found.spared.value)
    assert found.cost_each.low < found.cost_each.value < found.cost_each.high


def test_the_sentences_name_both_groups_the_interval_and_the_money() -> None:
    told = said(result())
    for words in (
        "41 (4.6 %) of 900 people who were to be written to contacted us about it within 1 day, and 12 (12.0 %) of 100",
        "The message spared 67 (",
        "62 % of what would have come (",
        "The messages cost 36.00 GBP, that is 0.54 GBP (",
        "At 5.50 GBP a contact they spared 368.50 GBP (",
        "890 messages left; 12 wrote back, 5 about it; 3 asked for no more.",
        "Of 850 people whose message arrived 35 (4.1 %) did. That is no fair comparison",
    ):
        assert words in told


def test_one_person_was_written_to_with_one_message() -> None:
    told = said(replace(result((1, 1), (0, 0)), left=1))
    assert "of 1 person who was to be written to contacted us" in told
    assert "1 message left;" in told


def test_until_the_days_are_over_it_says_when_they_are() -> None:
    told = said(result(at=NOW + timedelta(hours=3)))
    assert "within 1 day so far" in told
    assert "cannot be told before 11 Mar 12:00" in told
    assert "spared" not in told


def test_where_both_are_possible_it_says_how_far_either_way() -> None:
    told = said(result((90, 900), (12, 100)))
    assert "contacts more to" in told
    assert "what a contact spared cost cannot be told" in told


def test_what_is_not_in_the_policy_is_not_made_up() -> None:
    assert "no outreach.costs" in said(result(), costs={})
    assert "a contact they spared" not in said(result(), contact_cost=0)
