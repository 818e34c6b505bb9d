from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.model.alert import Waiter
from core.model.ids import ConversationId
from core.routing import HandleTimes
from core.supervision.watch import AtRisk, alerts_for_team, at_risk, key_of, team_key
from tests.core import rules

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)  # a Tuesday
MINUTE = timedelta(minutes=1)
POLICY = rules.policy(alerts__sla={"minutes": 60, "tiers": {"business": 20}, "urgent_minutes": 10, "share": 0.75})
TEN_EACH = HandleTimes(overall=10.0)
UNKNOWN = HandleTimes()


def waiter(name: str = "emma", minutes: float = 50, **changes: Any) -> Waiter:
    fields: dict[str, Any] = {
        "conversation_id": ConversationId(f"co_{name}"),
        "ticket": "35",
        "name": name.title(),
        "tier": "standard",
        "team": "Customer care",
        "agent": "",
        "since": NOW - minutes * MINUTE,
    }
    return Waiter(**(fields | changes))


def risky(
    *waiters: Waiter, urgent: tuple[str, ...] = (), hands: int = 1, times: HandleTimes = UNKNOWN, **alerts: Any
) -> dict[str, AtRisk]:
    policy = rules.policy(**alerts) if alerts else POLICY
    found = at_risk(waiters, {ConversationId(each) for each in urgent}, {"Customer care": hands}, times, policy, NOW)
    return {risk.waiter.name: risk for risk in found}


@pytest.mark.parametrize(("minutes", "told"), [(44, False), (45, True), (60, True)])
def test_a_breach_is_predicted_from_the_policys_share_of_the_target_on(minutes: int, told: bool) -> None:
    assert bool(risky(waiter(minutes=minutes))) is told


def test_a_breach_is_one_when_the_target_is_over() -> None:
    assert not risky(waiter(minutes=59))["Emma"].breached
    assert risky(waiter(minutes=60))["Emma"].breached


def test_a_tier_may_have_a_target_of_its_own_and_what_is_urgent_a_shorter_one() -> None:
    assert risky(waiter(minutes=16, tier="business"))["Emma"].target == 20 * MINUTE
    assert risky(waiter(minutes=8, tier="business"), urgent=("co_emma",))["Emma"].target == 10 * MINUTE
    assert risky(waiter(minutes=16, tier="plus")) == {}


def test_without_a_target_nobody_is_watched() -> None:
    assert risky(waiter(minutes=600), alerts__sla={"tiers": {"business": 20}}) == {}
    assert risky(waiter(minutes=600), alerts__sla={}) == {}


def test_a_long_queue_predicts_a_breach_before_the_share_is_reached() -> None:
    """Five before her at ten minutes each: her turn comes in fifty minutes, after seventy in all."""
    queue = [waiter(f"c{number}", minutes=21 + number) for number in range(5)]
    risk = risky(*queue, waiter("emma", minutes=20), times=TEN_EACH)["Emma"]
    assert (risk.ahead, risk.left, risk.breached) == (5, 50 * MINUTE, False)
    assert risky(*queue, waiter("emma", minutes=20), times=TEN_EACH, hands=5) == {}
    assert "Emma" not in risky(*queue, waiter("emma", minutes=10), times=TEN_EACH)


def test_without_known_handle_times_there_is_no_forecast() -> None:
    assert risky(*(waiter(f"c{number}", minutes=25) for number in range(9))) == {}


def test_who_waits_for_a_named_agent_is_in_no_queue() -> None:
    queue = [waiter(f"c{number}", minutes=30 + number) for number in range(9)]
    assert "Emma" not in risky(*queue, waiter("emma", minutes=20, agent="Maria"), times=TEN_EACH)


def test_only_the_teams_own_hours_count() -> None:
    """Opens at 11:30 in London; who wrote in the night has waited half an hour at noon."""
    hours = {"zone": "Europe/London", "weekdays": ["11:30-18:00"]}
    groups = {"Customer care": {"hours": hours}}
    alerts: dict[str, Any] = {"groups": groups, "alerts__sla": {"minutes": 40}}
    assert risky(waiter(minutes=600), **alerts)["Emma"].waited == 30 * MINUTE
    assert risky(waiter(minutes=600), groups=groups, alerts__sla={"minutes": 60}) == {}


def test_nobody_is_called_while_the_team_is_closed() -> None:
    hours = {"zone": "Europe/London", "weekdays": ["13:00-18:00"], "monday": ["08:00-18:00"]}
    assert risky(waiter(minutes=2000), groups={"Customer care": {"hours": hours}}, alerts__sla={"minutes": 5}) == {}


def test_the_text_says_how_long_of_what_and_why() -> None:
    two, slow = (waiter("tom", minutes=21), waiter("emma", minutes=20)), HandleTimes(overall=45.0)
    tom, emma = alerts_for_team(list(risky(*two, times=slow, alerts__sla={"minutes": 28}).values()), set())
    assert tom.text == "Tom will likely wait too long: 21 minutes of 28 minutes have passed"
    assert emma.why == "One waits before them; by the usual time for such matters their turn comes in about 45 minutes"
    (late,) = alerts_for_team(list(risky(waiter(minutes=61)).values()), set())
    assert late.text == "Emma has waited 61 minutes for a word, longer than the 60 minutes that are wanted"


def test_the_first_few_of_a_team_have_their_own_alert_and_the_others_one() -> None:
    risks = list(risky(*(waiter(f"c{number}", minutes=50 + number) for number in range(10))).values())
    raised = alerts_for_team(risks, set())
    assert [each.key for each in raised[:3]] == [key_of(risk) for risk in risks[:3]]
    assert {each.key for each in raised[3:]} == {team_key("Customer care")}
    assert len({each.source for each in raised}) == 10


def test_who_has_an_alert_keeps_it() -> None:
    risks = list(risky(*(waiter(f"c{number}", minutes=50 + number) for number in range(5))).values())
    raised = alerts_for_team(risks, {key_of(risk) for risk in risks[2:]})
    assert [each.key for each in raised] == [
        *[team_key("Customer care")] * 2,
        *(key_of(risk) for risk in risks[2:]),
    ]


def test_predicted_and_come_true_are_two_occurrences_of_one_alert() -> None:
    soon, late = risky(waiter(minutes=50)), risky(waiter(minutes=70))
    same = waiter(minutes=50).since
    (first,) = alerts_for_team(list(soon.values()), set())
    risk = AtRisk(waiter=waiter(since=same), target=60 * MINUTE, waited=60 * MINUTE)
    (second,) = alerts_for_team([risk], set())
    assert first.key == second.key
    assert first.source != second.source
    assert late["Emma"].breached
