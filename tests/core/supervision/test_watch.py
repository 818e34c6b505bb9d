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
from tests.core.container import Container

SLA = {"minutes": 60, "urgent_minutes": 20}
AT_ONCE = rules.policy(alerts__sla=SLA, alerts__every_seconds=1)


@pytest.fixture
def container(store: SqlStore) -> Container:
    container = Container(store, AT_ONCE)
    container.helpdesk.adds(people.person())
    return container


def looks(container: Container, policy: Policy | None = None, **by: float) -> None:
    container.wait(**by)
    container.loop.publish(Watch(store=container.store, policy=policy or container.policy).run(container.clock()))
    container.drain()


def alerts(container: Container, kind: AlertKind) -> list[Alert]:
    with container.store.read() as unit:
        return unit.alerts.open(kind)


def asks(container: Container) -> None:
    """Emma, and from then on she waits."""
    container.text("I want a person")
    container.drain()


def settled(container: Container) -> None:
    """The only alert about a wait, by Priya."""
    (alert,) = alerts(container, AlertKind.SLA)
    with container.store.begin() as unit:
        unit.alerts.settle(alert.id, AlertState.RESOLVED, "Priya", container.clock())


def answers(container: Container, words: str = "I am looking into it.") -> None:
    """Maria, on Emma's ticket."""
    maria = container.helpdesk.adds(people.agent())
    (ticket,) = container.helpdesk.tickets
    container.helpdesk.says(ticket, maria, words)
    container.ticket(ticket)
    container.drain()


def answered_soon(container: Container) -> None:
    container.wait(minutes=5)
    answers(container)
    container.wait(minutes=1)


def waiting(container: Container, *minutes: int) -> None:
    """Customers c0, c1 … with conversations co_0, co_1 … who have waited for so long."""
    with container.store.begin() as unit:
        for number, long in enumerate(minutes):
            since, one = container.clock() - timedelta(minutes=long), people.customer(f"c{number}", identities=())
            unit.customers.save(one)
            case = samples.conversation(id=f"co_{number}", customer_id=one.id, owner=samples.TEAM, owner_since=since)
            unit.conversations.add(case)
            said = samples.message(
                number, conversation_id=case.id, at=since, role=Role.CUSTOMER, kind=MessageKind.WORDS
            )
            unit.conversations.add_message(said)


def test_who_waits_for_a_person_is_told_before_it_is_too_late_and_again_when_it_is(container: Container) -> None:
    asks(container)
    looks(container, minutes=44)
    assert alerts(container, AlertKind.SLA) == []
    looks(container, minutes=2)
    (alert,) = alerts(container, AlertKind.SLA)
    assert "will likely wait too long: 46 minutes of 60 minutes" in alert.said.text
    looks(container, minutes=15)
    assert "has waited 61 minutes" in json.dumps(container.desk.updates[-1].blocks)
    assert [alert.count for alert in alerts(container, AlertKind.SLA)] == [2]


def test_looking_often_tells_once(container: Container) -> None:
    asks(container)
    looks(container, minutes=50)
    for _ in range(10):
        looks(container, seconds=25)
    assert len([post for post in container.desk.posts if "wait too long" in post.text]) == 1
    assert alerts(container, AlertKind.SLA)[0].count == 1


def test_when_a_person_has_answered_the_card_says_that_nobody_waits(container: Container) -> None:
    asks(container)
    looks(container, minutes=61)
    container.wait(seconds=5)
    answers(container)
    looks(container, minutes=1)
    assert alerts(container, AlertKind.SLA) == []
    looks(container, minutes=1)
    assert any("waits no longer" in json.dumps(update.blocks) for update in container.desk.updates)


def test_who_only_says_thanks_waits_for_nothing(container: Container) -> None:
    asks(container)
    answered_soon(container)
    container.text("thanks", sid="SM2")
    looks(container, minutes=90)
    assert alerts(container, AlertKind.SLA) == []


def test_who_asks_again_after_an_answer_waits_anew(container: Container) -> None:
    asks(container)
    answered_soon(container)
    container.text("And when do you come?", sid="SM2")
    container.drain()
    looks(container, minutes=44)
    assert alerts(container, AlertKind.SLA) == []
    looks(container, minutes=2)
    assert len(alerts(container, AlertKind.SLA)) == 1


def test_done_is_done_though_they_still_wait(container: Container) -> None:
    asks(container)
    looks(container, minutes=61)
    settled(container)
    looks(container, minutes=61)
    assert alerts(container, AlertKind.SLA) == []


def test_a_wait_that_is_done_is_told_once_more_when_its_target_passes(container: Container) -> None:
    asks(container)
    looks(container, minutes=46)
    settled(container)
    looks(container, minutes=5)
    assert alerts(container, AlertKind.SLA) == []
    looks(container, minutes=15)
    assert len(alerts(container, AlertKind.SLA)) == 1


def test_when_the_policy_watches_no_waits_any_more_their_alerts_are_closed(container: Container) -> None:
    asks(container)
    looks(container, minutes=46)
    assert len(alerts(container, AlertKind.SLA)) == 1
    looks(container, rules.policy(), minutes=1)
    assert alerts(container, AlertKind.SLA) == []


def test_who_was_counted_with_the_others_stays_told_when_an_alert_of_their_own_would_be_free(
    container: Container,
) -> None:
    waiting(container, 53, 52, 51, 50)
    looks(container)
    assert {each.said.key for each in alerts(container, AlertKind.SLA)} >= {team_key("Customer care")}
    with container.store.begin() as unit:
        gone = unit.conversations.get(ConversationId("co_0"))
        assert gone is not None
        unit.conversations.save(replace(gone, open=False))
    looks(container, minutes=1)
    assert {each.said.key for each in alerts(container, AlertKind.SLA)} == {
        "sla:co_1",
        "sla:co_2",
        team_key("Customer care"),
    }


def test_without_targets_nobody_is_told_of_waits(store: SqlStore) -> None:
    container = Container(store)
    asks(container)
    looks(container, hours=20)
    assert alerts(container, AlertKind.SLA) == []


def test_the_models_budget_is_told_when_it_is_near_and_when_it_is_spent(container: Container) -> None:
    policy = rules.policy(models__limits={"per_day": 10.0}, alerts__every_seconds=1)
    name = f"day:{container.clock().date().isoformat()}"
    with container.store.begin() as unit:
        unit.spend.take(name, round(7.9 * MICRO), None)
    looks(container, policy)
    assert alerts(container, AlertKind.BUDGET) == []
    with container.store.begin() as unit:
        unit.spend.take(name, round(0.2 * MICRO), None)
    looks(container, policy, seconds=30)
    (near,) = alerts(container, AlertKind.BUDGET)
    assert near.said.facts == {"Spent": "8.10 of 10.00 USD"}
    with container.store.begin() as unit:
        unit.spend.take(name, 2 * MICRO, None)
    looks(container, policy, seconds=30)
    (over,) = alerts(container, AlertKind.BUDGET)
    assert (over.id, over.count, "is spent" in over.said.text) == (near.id, 2, True)
    looks(container, policy, hours=24)
    assert alerts(container, AlertKind.BUDGET) == []


def test_writes_that_fail_are_told_and_when_they_get_through_again(container: Container) -> None:
    policy = rules.policy(alerts__errors={"least": 5, "share": 0.5, "minutes": 10}, alerts__every_seconds=1)
    effects = [replace(samples.effect(key=f"e{number}"), created_at=container.clock()) for number in range(6)]
    with container.store.begin() as unit:
        for number, effect in enumerate(effects):
            unit.outbox.add(effect)
            state = EffectState.PARKED if number < 3 else EffectState.SENT
            unit.outbox.mark(effect.id, state, container.clock())
    looks(container, policy, seconds=1)
    (alert,) = alerts(container, AlertKind.ERRORS)
    assert alert.said.text == "3 of 6 notes on tickets failed in the last 10 minutes"
    looks(container, policy, minutes=11)
    assert alerts(container, AlertKind.ERRORS) == []


def test_a_look_that_finds_nothing_writes_nothing_but_its_time(container: Container) -> None:
    looks(container)
    before = container.store.writer.pool.status()
    assert Watch(store=container.store, policy=container.policy).run(container.clock()) == []
    assert container.store.writer.pool.status() == before
    assert container.desk.posts == []


def test_a_look_at_much_takes_little_time(container: Container) -> None:
    """A thousand who wait: a look around stays far under the three seconds between two sweeps."""
    waiting(container, *(number % 100 for number in range(1000)))
    looks(container)  # the first tells of them all
    container.wait(seconds=25)
    began = perf_counter()
    Watch(store=container.store, policy=container.policy).run(container.clock())
    assert perf_counter() - began < 2
    own = [each for each in alerts(container, AlertKind.SLA) if each.said.conversation_id]
    (shared,) = [each for each in alerts(container, AlertKind.SLA) if not each.said.conversation_id]
    assert (len(own), shared.count) == (3, 547)
