"""Opening hours and what a team may see, as the policy file writes them."""

from datetime import date, time
from typing import Any

import pytest

from core.policy import Policy
from core.policy.problem import PolicyError
from tests.core import rules

WEEK = {"zone": "Europe/London", "weekdays": ["13:00-18:00", "08:00-12:00"], "holidays": ["2026-12-25"]}


def with_hours(hours: dict[str, Any]) -> Policy:
    return rules.policy(groups={"Billing": {"hours": hours}})


def test_weekdays_hold_from_monday_to_friday_unless_a_day_says_otherwise() -> None:
    hours = with_hours({**WEEK, "friday": ["08:00-13:00"], "saturday": ["10:00-24:00"]}).hours("Billing")
    assert hours is not None
    assert [len(hours.days[day]) for day in range(7)] == [2, 2, 2, 2, 1, 1, 0]
    assert hours.days[0][0].opens == time(8)
    assert hours.holidays == {date(2026, 12, 25)}


def test_a_day_off_in_the_week_is_an_empty_list() -> None:
    hours = with_hours({**WEEK, "wednesday": []}).hours("Billing")
    assert hours is not None
    assert hours.days[2] == ()


def test_without_hours_a_team_is_always_there() -> None:
    assert rules.policy().hours("Customer care") is None
    assert rules.policy().hours("nobody") is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"zone": "London"}, "expected a time zone such as Europe/London"),
        ({"weekdays": ["08:00-12:00", "11:00-18:00"]}, "that do not overlap"),
        ({"weekdays": ["18:00-08:00"]}, "groups.Billing.hours.weekdays"),
        ({"holidays": ["Christmas"]}, "a list of dates"),
        ({"weekdays": []}, "found no opening hours"),
        ({"moonday": ["08:00-12:00"]}, "did you mean monday?"),
    ],
)
def test_what_is_no_opening_hours_is_told_with_its_place(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(PolicyError) as refused:
        with_hours({**WEEK, **changed})
    assert told in str(refused.value)


def test_a_team_sees_everything_unless_the_policy_lists_what_it_may_see() -> None:
    policy = rules.policy(groups={"Engineering": {"may_see": ["diagnostics"]}, "Billing": {}})
    seen = [policy.may_see(team, "contact") for team in ("Engineering", "Billing", "unheard of")]
    assert seen == [False, True, True]
    assert policy.may_see("Engineering", "diagnostics")
    with pytest.raises(PolicyError, match="a list of"):
        rules.policy(groups={"Engineering": {"may_see": ["secrets"]}})
