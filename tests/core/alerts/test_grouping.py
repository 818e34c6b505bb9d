"""Alerts through the whole core: one card for the same matter, however often it happens."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.alerts.raising import add_or_count, alert_effect, settle_message_alerts
from core.context.ownership import mark_solved
from core.errors import ConfigurationError
from core.execute.alert import alert_of
from core.model.alert import Alert, AlertKind, AlertState, Raised
from core.model.ids import ConversationId
from core.model.outbound import Effect, EffectState
from core.policy import PolicyError
from core.supervision.alert_cards import update_cards
from core.supervision.watch import Watch
from tests.core import people, rules, samples
from tests.core.container import Container


def raised(source: str, text: str = "Twilio did not answer", key: str = "timers:one") -> Raised:
    return Raised(kind=AlertKind.TIMERS, key=key, source=source, text=text)


def tells(container: Container, *occurrences: Raised) -> list[Effect]:
    with container.store.begin() as unit:
        fresh = [
            effect
            for each in occurrences
            for effect in add_or_count(unit, alert_effect(each, container.policy, container.clock()))
        ]
    container.loop.publish(fresh)
    container.drain()
    return fresh


def sweeps(container: Container, **by: float) -> None:
    container.wait(**by)
    container.loop.publish(Watch(store=container.store, policy=container.policy).run(container.clock()))
    container.drain()


def the_alert(container: Container) -> Alert:
    with container.store.read() as unit:
        (alert,) = unit.alerts.open()
    return alert


def settle(container: Container, state: AlertState, **changes: object) -> None:
    with container.store.begin() as unit:
        unit.alerts.settle(the_alert(container).id, state, "Priya", container.clock(), **changes)  # type: ignore[arg-type]


def test_ten_failures_are_one_card_that_counts(container: Container) -> None:
    tells(container, *(raised(f"s{number}") for number in range(10)))
    assert len(container.desk.posts) == 1
    sweeps(container, seconds=31)
    (update,) = container.desk.updates
    assert (update.ref, "×10" in json.dumps(update.blocks, ensure_ascii=False)) == (container.desk.posts[0].ref, True)


def test_a_card_is_changed_no_more_often_than_the_policy_says(container: Container) -> None:
    for number in range(12):
        tells(container, raised(f"s{number}"))
        sweeps(container, seconds=10)
    assert 2 <= len(container.desk.updates) <= 4


def test_a_card_that_tells_everything_is_left_alone(container: Container) -> None:
    tells(container, raised("one"))
    sweeps(container, seconds=40)
    sweeps(container, seconds=40)
    assert container.desk.updates == []


def test_different_things_of_one_alert_are_listed(container: Container) -> None:
    tells(container, raised("a", "Ticket 35 was lost"), raised("b", "Ticket 36 was <lost>"))
    sweeps(container, seconds=31)
    shown = json.dumps(container.desk.updates[-1].blocks)
    assert "Ticket 35 was lost" in shown
    assert "Ticket 36 was &lt;lost&gt;" in shown


def test_a_newer_word_waits_until_the_one_before_has_left(container: Container) -> None:
    """Two changes of one message could overtake each other."""
    tells(container, raised("a"), raised("b"))
    container.wait(seconds=31)
    (stuck,) = Watch(store=container.store, policy=container.policy).run(container.clock())
    tells(container, raised("c"))
    container.wait(seconds=31)
    assert Watch(store=container.store, policy=container.policy).run(container.clock()) == []
    container.delivery.deliver(stuck.id)
    assert container.row(stuck.id).state is EffectState.SENT
    sweeps(container, seconds=1)
    assert "×3" in json.dumps(container.desk.updates[-1].blocks, ensure_ascii=False)


def test_a_snoozed_alert_is_silent_and_comes_back_as_a_new_card(container: Container) -> None:
    tells(container, raised("a"))
    settle(container, AlertState.SNOOZED, until=container.clock() + timedelta(hours=1))
    tells(container, raised("b"), raised("c"))
    sweeps(container, minutes=59)
    assert len(container.desk.posts) == 1
    sweeps(container, minutes=2)
    first, again = container.desk.posts
    assert "×3" in json.dumps(again.blocks, ensure_ascii=False)
    assert (container.desk.updates[-1].ref, "shown again below" in json.dumps(container.desk.updates[-1].blocks)) == (
        first.ref,
        True,
    )
    assert the_alert(container).slack_ts == again.ref.split(":")[1]


def test_an_alert_of_which_nothing_new_comes_is_closed(container: Container) -> None:
    tells(container, raised("a"))
    sweeps(container, hours=23)
    assert the_alert(container).state is AlertState.OPEN
    sweeps(container, hours=2)
    with container.store.read() as unit:
        assert unit.alerts.open() == []
    sweeps(container, seconds=31)
    assert "Closed" in json.dumps(container.desk.updates[-1].blocks)


def test_a_second_handover_of_the_same_conversation_is_the_same_alert(container: Container) -> None:
    container.text("I want a person")
    container.drain()
    container.wait(minutes=5)
    container.text("a person please, now", sid="SM2")
    container.drain()
    assert len(container.desk.posted_to("#alerts")) == 1


def test_the_same_error_of_many_effects_is_one_alert(container: Container) -> None:
    with container.store.begin() as unit:
        unit.customers.save(people.customer())
    for number in range(3):
        with container.store.begin() as unit:
            effect = samples.effect(key=f"e{number}", target=f"+44770090012{number}")
            alert = alert_of(
                effect, EffectState.PARKED, f"HTTP 503 for SM{number}", container.policy, container.clock()
            )
            assert alert is not None
            container.publisher.effects += [(each.id, None) for each in add_or_count(unit, alert)]
    container.drain()
    assert len(container.desk.posted_to("#alerts")) == 1
    assert the_alert(container).count == 3


def test_what_the_policy_switches_off_is_told_to_nobody(store: SqlStore) -> None:
    container = Container(store, rules.policy(alerts__off=["handoff"]))
    container.text("I want a person")
    container.drain()
    assert container.desk.posts == []


@pytest.mark.parametrize("kind", ["delivery", "event", "policy", "timers", "outreach"])
def test_what_went_wrong_in_the_house_cannot_be_switched_off(kind: str) -> None:
    with pytest.raises(PolicyError, match=r"alerts\.off"):
        rules.policy(alerts__off=[kind])


def test_when_a_matter_is_solved_its_alert_says_so(container: Container) -> None:
    container.text("I want a person")
    container.drain()
    container.wait(minutes=10)
    alert = the_alert(container)
    assert alert.conversation_id is not None
    with container.store.begin() as unit:
        conversation = unit.conversations.get(alert.conversation_id)
        assert conversation is not None
        unit.conversations.save(replace(mark_solved(conversation, container.clock()), updated_at=container.clock()))
    sweeps(container, seconds=31)
    assert "The matter is closed." in json.dumps(container.desk.updates[-1].blocks)


def test_a_card_that_slack_did_not_take_is_posted_once_it_does(container: Container) -> None:
    container.desk.fail(ConfigurationError("the app is not in the channel"))
    tells(container, raised("s1"))
    assert container.desk.posts == []
    tells(container, raised("s2"))
    sweeps(container, minutes=16)
    (post,) = container.desk.posts
    assert "(2 times)" in post.text
    assert the_alert(container).slack_ts
    sweeps(container, minutes=16)
    assert len(container.desk.posts) == 1


def test_the_old_card_says_that_it_moved_until_the_new_one_is_there(container: Container) -> None:
    tells(container, raised("s1"))
    settle(container, AlertState.SNOOZED, until=container.clock() + timedelta(hours=1))
    container.wait(minutes=61)
    with container.store.begin() as unit:
        update_cards(unit, container.policy, container.clock())
        add_or_count(unit, alert_effect(raised("s2"), container.policy, container.clock()))
        container.wait(minutes=5)
        assert update_cards(unit, container.policy, container.clock()) == []


CASE = ConversationId("co_one")


def of_message(source: str, *reasons: str) -> Raised:
    key, text = f"message:{CASE}", f"Emma Clarke: {', '.join(reasons)}"
    raised = Raised(kind=AlertKind.HANDOFF, key=key, source=source, text=text, reasons=reasons)
    return replace(raised, conversation_id=CASE)


def test_the_same_reason_again_counts_on_the_card_and_a_further_one_is_a_new_card(container: Container) -> None:
    tells(container, of_message("one", "human_request"))
    tells(container, of_message("two", "human_request"))
    assert (len(container.desk.posts), the_alert(container).count) == (1, 2)
    tells(container, of_message("three", "fraud"))
    assert len(container.desk.posts) == 2
    assert set(the_alert(container).said.reasons) == {"fraud", "human_request"}
    tells(container, of_message("four", "human_request"))
    assert (len(container.desk.posts), the_alert(container).count) == (2, 2)
    sweeps(container, seconds=31)
    assert any("newer card" in json.dumps(update.blocks) for update in container.desk.updates)


def test_a_message_that_is_told_again_closes_no_card(container: Container) -> None:
    tells(container, of_message("one", "human_request"))
    tells(container, of_message("two", "fraud"))
    tells(container, of_message("one", "human_request", "legal_threat"))
    assert (len(container.desk.posts), the_alert(container).count) == (2, 1)


def test_what_a_message_raised_is_settled_where_a_person_acts(container: Container) -> None:
    tells(container, of_message("one", "fraud"), raised("timer"))
    with container.store.begin() as unit:
        settle_message_alerts(unit, CASE, "Maria Lopez answers the customer.", container.clock())
    assert the_alert(container).kind is AlertKind.TIMERS
    sweeps(container, seconds=31)
    assert "Maria Lopez answers the customer." in json.dumps(container.desk.updates[-1].blocks)
