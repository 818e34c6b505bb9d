"""Alerts through the whole core: one card for the same matter, however often it happens."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.alerts.raising import added, alert_effect
from core.context.ownership import solved
from core.errors import ConfigurationError
from core.execute.alert import alert_of
from core.model.alert import Alert, AlertKind, AlertState, Raised
from core.model.outbound import Effect, EffectState
from core.policy import PolicyError
from core.supervision.alert_cards import shown
from core.supervision.watch import Watch
from tests.core import people, rules, samples
from tests.core.house import House


def raised(source: str, text: str = "Twilio did not answer", key: str = "timers:one") -> Raised:
    return Raised(kind=AlertKind.TIMERS, key=key, source=source, text=text)


def tells(house: House, *occurrences: Raised) -> list[Effect]:
    with house.store.begin() as unit:
        fresh = [
            effect for each in occurrences for effect in added(unit, alert_effect(each, house.policy, house.clock()))
        ]
    house.loop.publish(fresh)
    house.drain()
    return fresh


def sweeps(house: House, **by: float) -> None:
    house.wait(**by)
    house.loop.publish(Watch(store=house.store, policy=house.policy).run(house.clock()))
    house.drain()


def the_alert(house: House) -> Alert:
    with house.store.read() as unit:
        (alert,) = unit.alerts.open()
    return alert


def settle(house: House, state: AlertState, **changes: object) -> None:
    with house.store.begin() as unit:
        unit.alerts.settle(the_alert(house).id, state, "Priya", house.clock(), **changes)  # type: ignore[arg-type]


def test_ten_failures_are_one_card_that_counts(house: House) -> None:
    tells(house, *(raised(f"s{number}") for number in range(10)))
    assert len(house.desk.posts) == 1
    sweeps(house, seconds=31)
    (update,) = house.desk.updates
    assert (update.ref, "×10" in json.dumps(update.blocks, ensure_ascii=False)) == (house.desk.posts[0].ref, True)


def test_a_card_is_changed_no_more_often_than_the_policy_says(house: House) -> None:
    for number in range(12):
        tells(house, raised(f"s{number}"))
        sweeps(house, seconds=10)
    assert 2 <= len(house.desk.updates) <= 4


def test_a_card_that_tells_everything_is_left_alone(house: House) -> None:
    tells(house, raised("one"))
    sweeps(house, seconds=40)
    sweeps(house, seconds=40)
    assert house.desk.updates == []


def test_different_things_of_one_alert_are_listed(house: House) -> None:
    tells(house, raised("a", "Ticket 35 was lost"), raised("b", "Ticket 36 was <lost>"))
    sweeps(house, seconds=31)
    shown = json.dumps(house.desk.updates[-1].blocks)
    assert "Ticket 35 was lost" in shown
    assert "Ticket 36 was &lt;lost&gt;" in shown


def test_a_newer_word_waits_until_the_one_before_has_left(house: House) -> None:
    """Two changes of one message could overtake each other."""
    tells(house, raised("a"), raised("b"))
    house.wait(seconds=31)
    (stuck,) = Watch(store=house.store, policy=house.policy).run(house.clock())
    tells(house, raised("c"))
    house.wait(seconds=31)
    assert Watch(store=house.store, policy=house.policy).run(house.clock()) == []
    house.delivery.deliver(stuck.id)
    assert house.row(stuck.id).state is EffectState.SENT
    sweeps(house, seconds=1)
    assert "×3" in json.dumps(house.desk.updates[-1].blocks, ensure_ascii=False)


def test_a_snoozed_alert_is_silent_and_comes_back_as_a_new_card(house: House) -> None:
    tells(house, raised("a"))
    settle(house, AlertState.SNOOZED, until=house.clock() + timedelta(hours=1))
    tells(house, raised("b"), raised("c"))
    sweeps(house, minutes=59)
    assert len(house.desk.posts) == 1
    sweeps(house, minutes=2)
    first, again = house.desk.posts
    assert "×3" in json.dumps(again.blocks, ensure_ascii=False)
    assert (house.desk.updates[-1].ref, "shown again below" in json.dumps(house.desk.updates[-1].blocks)) == (
        first.ref,
        True,
    )
    assert the_alert(house).slack_ts == again.ref.split(":")[1]


def test_an_alert_of_which_nothing_new_comes_is_closed(house: House) -> None:
    tells(house, raised("a"))
    sweeps(house, hours=23)
    assert the_alert(house).state is AlertState.OPEN
    sweeps(house, hours=2)
    with house.store.read() as unit:
        assert unit.alerts.open() == []
    sweeps(house, seconds=31)
    assert "Closed" in json.dumps(house.desk.updates[-1].blocks)


def test_a_second_handover_of_the_same_conversation_is_the_same_alert(house: House) -> None:
    house.text("I want a person")
    house.drain()
    house.wait(minutes=5)
    house.text("a person please, now", sid="SM2")
    house.drain()
    assert len(house.desk.posted_to("#alerts")) == 1


def test_the_same_error_of_many_effects_is_one_alert(house: House) -> None:
    with house.store.begin() as unit:
        unit.customers.save(people.customer())
    for number in range(3):
        with house.store.begin() as unit:
            effect = samples.effect(key=f"e{number}", target=f"+44770090012{number}")
            alert = alert_of(effect, EffectState.PARKED, f"HTTP 503 for SM{number}", house.policy, house.clock())
            assert alert is not None
            house.publisher.effects += [(each.id, None) for each in added(unit, alert)]
    house.drain()
    assert len(house.desk.posted_to("#alerts")) == 1
    assert the_alert(house).count == 3


def test_what_the_policy_switches_off_is_told_to_nobody(store: SqlStore) -> None:
    house = House(store, rules.policy(alerts__off=["handoff"]))
    house.text("I want a person")
    house.drain()
    assert house.desk.posts == []


@pytest.mark.parametrize("kind", ["delivery", "event", "policy", "timers", "outreach"])
def test_what_went_wrong_in_the_house_cannot_be_switched_off(kind: str) -> None:
    with pytest.raises(PolicyError, match=r"alerts\.off"):
        rules.policy(alerts__off=[kind])


def test_when_a_matter_is_solved_its_alert_says_so(house: House) -> None:
    house.text("I want a person")
    house.drain()
    house.wait(minutes=10)
    alert = the_alert(house)
    assert alert.conversation_id is not None
    with house.store.begin() as unit:
        conversation = unit.conversations.get(alert.conversation_id)
        assert conversation is not None
        unit.conversations.save(replace(solved(conversation, house.clock()), updated_at=house.clock()))
    sweeps(house, seconds=31)
    assert "The matter is closed." in json.dumps(house.desk.updates[-1].blocks)


def test_a_card_that_slack_did_not_take_is_posted_once_it_does(house: House) -> None:
    house.desk.fail(ConfigurationError("the app is not in the channel"))
    tells(house, raised("s1"))
    assert house.desk.posts == []
    tells(house, raised("s2"))
    sweeps(house, minutes=16)
    (post,) = house.desk.posts
    assert "(2 times)" in post.text
    assert the_alert(house).slack_ts
    sweeps(house, minutes=16)
    assert len(house.desk.posts) == 1


def test_the_old_card_says_that_it_moved_until_the_new_one_is_there(house: House) -> None:
    tells(house, raised("s1"))
    settle(house, AlertState.SNOOZED, until=house.clock() + timedelta(hours=1))
    house.wait(minutes=61)
    with house.store.begin() as unit:
        shown(unit, house.policy, house.clock())
        added(unit, alert_effect(raised("s2"), house.policy, house.clock()))
        house.wait(minutes=5)
        assert shown(unit, house.policy, house.clock()) == []
