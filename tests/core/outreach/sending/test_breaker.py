"""The breaker looks at what came lately, and only where enough came."""

from datetime import timedelta

import pytest

from core.errors import RejectedError
from core.model.campaign import CampaignState
from core.model.customer import Channel
from core.model.ids import ApprovalId
from core.outreach.sending.upkeep import Mark, as_fact, mark_of, marks_in, next_marks, why_trip
from core.policy.outreach import Breaker
from core.ports.outreach import Progress
from tests.core.campaigns import person
from tests.core.container import Container
from tests.core.outreach.carrying import Bucket, campaigner, sent_to, standing, under_way
from tests.core.people import NOW, consent

BREAKER = Breaker(after=50, filtered=0.02, opted_out=0.03, errors=0.2)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (Mark(ended=49, errors=49), ""),
        (Mark(ended=50, filtered=1), ""),  # 2 % is the limit, not above it
        (Mark(ended=50, filtered=2), "spam"),
        (Mark(ended=100, opted_out=3), ""),
        (Mark(ended=100, opted_out=4), "STOP"),
        (Mark(ended=50, errors=10), ""),
        (Mark(ended=50, errors=11), "failed"),
    ],
)
def test_it_trips_above_a_limit_and_not_before_enough_came(mark: Mark, said: str) -> None:
    why = why_trip(BREAKER, mark, [])
    assert bool(why) == bool(said)
    assert said in why


def test_a_thousand_good_ones_do_not_make_up_for_the_last_fifty() -> None:
    good = Mark(ended=1000)
    assert "of the last 60 messages 5 (8.3 %)" in why_trip(BREAKER, Mark(ended=1060, filtered=5, errors=5), [good])
    assert why_trip(BREAKER, Mark(ended=1060, filtered=5, errors=5), []) == ""


def test_too_few_since_the_last_mark_are_judged_with_those_before() -> None:
    marks = [Mark(ended=50), Mark(ended=100)]
    assert why_trip(BREAKER, Mark(ended=120, filtered=1, errors=1), marks) == ""
    assert "of the last 70" in why_trip(BREAKER, Mark(ended=120, filtered=2, errors=2), marks)


def test_marks_are_few_and_survive_the_store() -> None:
    marks: list[Mark] = []
    for ended in range(0, 1000, 10):
        marks = next_marks(BREAKER, Mark(ended=ended), marks)
    assert [each.ended for each in marks] == [800, 850, 900, 950]
    assert marks_in({"breaker_marks": as_fact(marks)}) == marks
    assert marks_in({}) == []


def test_what_came_is_read_off_the_progress() -> None:
    told = Progress(
        recipients={"sent": 10},
        deliveries={"delivered": 5, "read": 1, "sent": 2},
        errors={"30007": 2, "21610": 1, "no consent": 7},
    )
    assert mark_of(told, opted_out=1) == Mark(ended=9, filtered=2, opted_out=2, errors=3)


def test_a_campaign_that_networks_take_for_spam_pauses_and_tells_it(container: Container) -> None:
    under_way(container, 80)
    container.messenger.fail(RejectedError("spam", code="30007"), times=60)
    campaigner(container, Bucket(container), rates={Channel.SMS: 20.0}).advance(60)
    paused = standing(container)
    assert paused.state is CampaignState.PAUSED
    assert "spam" in paused.reason
    assert len(sent_to(container)) < 80
    with container.store.read() as unit:
        alerts = [each.said.text for each in unit.alerts.open()]
    assert any("was paused" in text for text in alerts)


def test_who_took_their_consent_back_after_the_message_is_counted(container: Container) -> None:
    under_way(container, 6)
    campaigner(container).advance()
    container.wait(minutes=1)
    with container.store.begin() as unit:
        for number in (2, 3):
            unit.customers.add_consent(person(number).id, consent(granted=False, at=container.clock()))
        unit.customers.add_consent(person(4).id, consent(granted=False, at=NOW - timedelta(days=1)))  # long before
        assert unit.campaigns.opted_out(ApprovalId("ap_one")) == 2
