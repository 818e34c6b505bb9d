"""The look around, on a real store with the whole core before it."""

import json
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest

from connectors.sql.store import SqlStore
from core.model.alert import Alert, AlertKind, AlertState
from core.model.conversation import MessageKind, Role
from core.model.cost import MICRO
from core.model.ids import ConversationId
from core.model.outbound import EffectState
from core.policy import Policy
from core.supervision.watch import Watch, team_key
from tests.core import people, rules, samples
from tests.core.house import House

SLA = {"minutes": 60, "urgent_minutes": 20}
AT_ONCE = rules.policy(alerts__sla=SLA, alerts__every_seconds=1)


@pytest.fixture
def house(store: SqlStore) -> House:
    house = House(store, AT_ONCE)
    house.helpdesk.adds(people.person())
    return house


def looks(house: House, policy: Policy | None = None, **by: float) -> None:
    house.wait(**by)
    house.loop.publish(Watch(store=house.store, policy=policy or house.policy).run(house.clock()))
    house.drain()


def alerts(house: House, kind: AlertKind) -> list[Alert]:
    with house.store.read() as unit:
        return unit.alerts.open(kind)


def asks(house: House) -> None:
    """Emma, and from then on she waits."""
    house.text("I want a person")
    house.drain()


def settled(house: House) -> None:
    """The only alert about a wait, by Priya."""
    (alert,) = alerts(house, AlertKind.SLA)
    with house.store.begin() as unit:
        unit.alerts.settle(alert.id, AlertState.RESOLVED, "Priya", house.clock())


def answers(house: House, words: str = "I am looking into it.") -> None:
    """Maria, on Emma's ticket."""
    maria = house.helpdesk.adds(people.agent())
    (ticket,) = house.helpdesk.tickets
    house.helpdesk.says(ticket, maria, words)
    house.ticket(ticket)
    house.drain()


def answered_soon(house: House) -> None:
    house.wait(minutes=5)
    answers(house)
    house.wait(minutes=1)


def waiting(house: House, *minutes: int) -> None:
    """Customers c0, c1 … with conversations co_0, co_1 … who have waited for so long."""
    with house.store.begin() as unit:
        for number, long in enumerate(minutes):
            since, one = house.clock() - timedelta(minutes=long), people.customer(f"c{number}", identities=())
            unit.customers.save(one)
            case = samples.conversation(id=f"co_{number}", customer_id=one.id, owner=samples.TEAM, owner_since=since)
            unit.conversations.add(case)
            said = samples.message(
                number, conversation_id=case.id, at=since, role=Role.CUSTOMER, kind=MessageKind.WORDS
            )
            unit.conversations.add_message(said)


def test_who_waits_for_a_person_is_told_before_it_is_too_late_and_again_when_it_is(house: House) -> None:
    asks(house)
    looks(house, minutes=44)
    assert alerts(house, AlertKind.SLA) == []
    looks(house, minutes=2)
    (alert,) = alerts(house, AlertKind.SLA)
    assert "will likely wait too long: 46 minutes of 60 minutes" in alert.said.text
    looks(house, minutes=15)
    assert "has waited 61 minutes" in json.dumps(house.desk.updates[-1].blocks)
    assert [alert.count for alert in alerts(house, AlertKind.SLA)] == [2]


def test_looking_often_tells_once(house: House) -> None:
    asks(house)
    looks(house, minutes=50)
    for _ in range(10):
        looks(house, seconds=25)
    assert len([post for post in house.desk.posts if "wait too long" in post.text]) == 1
    assert alerts(house, AlertKind.SLA)[0].count == 1


def test_when_a_person_has_answered_the_card_says_that_nobody_waits(house: House) -> None:
    asks(house)
    looks(house, minutes=61)
    house.wait(seconds=5)
    answers(house)
    looks(house, minutes=1)
    assert alerts(house, AlertKind.SLA) == []
    looks(house, minutes=1)
    assert "waits no longer" in json.dumps(house.desk.updates[-1].blocks)


def test_who_only_says_thanks_waits_for_nothing(house: House) -> None:
    asks(house)
    answered_soon(house)
    house.text("thanks", sid="SM2")
    looks(house, minutes=90)
    assert alerts(house, AlertKind.SLA) == []


def test_who_asks_again_after_an_answer_waits_anew(house: House) -> None:
    asks(house)
    answered_soon(house)
    house.text("And when do you come?", sid="SM2")
    house.drain()
    looks(house, minutes=44)
    assert alerts(house, AlertKind.SLA) == []
    looks(house, minutes=2)
    assert len(alerts(house, AlertKind.SLA)) == 1


def test_done_is_done_though_they_still_wait(house: House) -> None:
    asks(house)
    looks(house, minutes=61)
    settled(house)
    looks(house, minutes=61)
    assert alerts(house, AlertKind.SLA) == []


def test_a_wait_that_is_done_is_told_once_more_when_its_target_passes(house: House) -> None:
    asks(house)
    looks(house, minutes=46)
    settled(house)
    looks(house, minutes=5)
    assert alerts(house, AlertKind.SLA) == []
    looks(house, minutes=15)
    assert len(alerts(house, AlertKind.SLA)) == 1


def test_when_the_policy_watches_no_waits_any_more_their_alerts_are_closed(house: House) -> None:
    asks(house)
    looks(house, minutes=46)
    assert len(alerts(house, AlertKind.SLA)) == 1
    looks(house, rules.policy(), minutes=1)
    assert alerts(house, AlertKind.SLA) == []


def test_who_was_counted_with_the_others_stays_told_when_an_alert_of_their_own_would_be_free(house: House) -> None:
    waiting(house, 53, 52, 51, 50)
    looks(house)
    assert {each.said.key for each in alerts(house, AlertKind.SLA)} >= {team_key("Customer care")}
    with house.store.begin() as unit:
        gone = unit.conversations.get(ConversationId("co_0"))
        assert gone is not None
        unit.conversations.save(replace(gone, open=False))
    looks(house, minutes=1)
    assert {each.said.key for each in alerts(house, AlertKind.SLA)} == {
        "sla:co_1",
        "sla:co_2",
        team_key("Customer care"),
    }


def test_without_targets_nobody_is_told_of_waits(store: SqlStore) -> None:
    house = House(store)
    asks(house)
    looks(house, hours=20)
    assert alerts(house, AlertKind.SLA) == []


def test_the_models_budget_is_told_when_it_is_near_and_when_it_is_spent(house: House) -> None:
    policy = rules.policy(models__limits={"per_day": 10.0}, alerts__every_seconds=1)
    name = f"day:{house.clock().date().isoformat()}"
    with house.store.begin() as unit:
        unit.spend.take(name, round(7.9 * MICRO), None)
    looks(house, policy)
    assert alerts(house, AlertKind.BUDGET) == []
    with house.store.begin() as unit:
        unit.spend.take(name, round(0.2 * MICRO), None)
    looks(house, policy, seconds=30)
    (near,) = alerts(house, AlertKind.BUDGET)
    assert near.said.facts == {"Spent": "8.10 of 10.00 USD"}
    with house.store.begin() as unit:
        unit.spend.take(name, 2 * MICRO, None)
    looks(house, policy, seconds=30)
    (over,) = alerts(house, AlertKind.BUDGET)
    assert (over.id, over.count, "is spent" in over.said.text) == (near.id, 2, True)
    looks(house, policy, hours=24)
    assert alerts(house, AlertKind.BUDGET) == []


def test_writes_that_fail_are_told_and_when_they_get_through_again(house: House) -> None:
    policy = rules.policy(alerts__errors={"least": 5, "share": 0.5, "minutes": 10}, alerts__every_seconds=1)
    effects = [replace(samples.effect(key=f"e{number}"), created_at=house.clock()) for number in range(6)]
    with house.store.begin() as unit:
        for number, effect in enumerate(effects):
            unit.outbox.add(effect)
            state = EffectState.PARKED if number < 3 else EffectState.SENT
            unit.outbox.mark(effect.id, state, house.clock())
    looks(house, policy, seconds=1)
    (alert,) = alerts(house, AlertKind.ERRORS)
    assert alert.said.text == "3 of 6 notes on tickets failed in the last 10 minutes"
    looks(house, policy, minutes=11)
    assert alerts(house, AlertKind.ERRORS) == []


def test_a_look_that_finds_nothing_writes_nothing_but_its_time(house: House) -> None:
    looks(house)
    before = house.store.writer.pool.status()
    assert Watch(store=house.store, policy=house.policy).run(house.clock()) == []
    assert house.store.writer.pool.status() == before
    assert house.desk.posts == []


def test_a_look_at_much_takes_little_time(house: House) -> None:
    """A thousand who wait: a look around stays far under the three seconds between two sweeps."""
    waiting(house, *(number % 100 for number in range(1000)))
    looks(house)  # the first tells of them all
    house.wait(seconds=25)
    began = perf_counter()
    Watch(store=house.store, policy=house.policy).run(house.clock())
    assert perf_counter() - began < 2
    own = [each for each in alerts(house, AlertKind.SLA) if each.said.conversation_id]
    (shared,) = [each for each in alerts(house, AlertKind.SLA) if not each.said.conversation_id]
    assert (len(own), shared.count) == (3, 547)
