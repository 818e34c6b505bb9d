"""Spikes from the customers' messages to the supervisors' channel, on a real store with the whole core before it."""

import json
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.measure.spike import topic_key
from core.model.alert import Alert, AlertKind, AlertState
from core.supervision.spikes import USUAL_AGAIN
from core.supervision.watch import Watch
from tests.core import people, rules, samples
from tests.core.alerts.contacts import contacts
from tests.core.container import Container

POLICY = rules.policy(alerts__every_seconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEPS = 3  # looks in a minute, as the sweep makes them


@pytest.fixture
def container(store: SqlStore) -> Container:
    """A week in which one or two ask for a reset at this hour, twenty about an upgrade, and some about other things."""
    container = Container(store, POLICY)
    for day in range(1, 8):
        contacts(store, container.clock() - day * DAY + HOUR / 4, reset=1 + day % 2, upgrade=20)
        contacts(store, container.clock() - day * DAY - HOUR / 4, reset=1, upgrade=20)
        for number, words in enumerate(("Thank you so much", "Is anybody there today", "Where are you based")):
            unrecognised(container, f"b{day}-{number}", words, -day * DAY - number * HOUR / 4)
    contacts(store, container.clock() - HOUR / 2, upgrade=18)
    return container


def unrecognised(container: Container, name: str, words: str, when: timedelta = timedelta()) -> None:
    """A message of a customer of their own that no intent fits, decided about then."""
    at = container.clock() + when
    mail = samples.message(1, id=f"ms_{name}", conversation_id=f"co_{name}", text=words, at=at, vendor_ref=f"v{name}")
    with container.store.begin() as unit:
        unit.customers.save(people.customer(name, identities=()))
        unit.conversations.add(samples.conversation(id=f"co_{name}", customer_id=f"cu_{name}", ticket_id=name))
        unit.conversations.add_message(mail)
        made = samples.decision(
            id=f"de_{name}", event_id=f"ev_{name}", message_id=mail.id, conversation_id=f"co_{name}", draft=None, at=at,
            signals=samples.signals(intents=()),
        )  # fmt: skip
        assert unit.decisions.add(made)


def writes(container: Container, number: int, words: str) -> None:
    container.text(words, sid=f"SM-spike-{number}", phone=f"+4477009001{number:02}")


def looks(container: Container, minutes: float = 1) -> None:
    for _ in range(round(minutes * STEPS)):
        container.wait(seconds=60 / STEPS)
        container.loop.publish(Watch(store=container.store, policy=POLICY).run(container.clock()))
        container.drain()


def spikes(container: Container) -> list[Alert]:
    with container.store.read() as unit:
        return unit.alerts.open(AlertKind.INTENT_SPIKE)


def cards(container: Container) -> list[str]:
    return [
        json.dumps(post.blocks, ensure_ascii=False) for post in container.desk.posts if "within an hour" in post.text
    ]


def test_within_ten_minutes_there_is_one_card_with_the_first_message_and_the_share(container: Container) -> None:
    began = container.clock()
    for number in range(10):
        writes(container, number, f"I must reset it, this is number {number}, call me on +44 7700 900123")
        looks(container, 0.67)
    (card,) = cards(container)
    (alert,) = spikes(container)
    assert alert.first_at - began <= timedelta(minutes=10)
    assert "I must reset it, this is number 0, call me on [phone]" in card
    assert "of this hour (" in card
    count, total = 8, 26
    assert alert.said.facts["Share"] == f"{count} of the {total} contacts of this hour ({count / total:.0%})"


def test_while_it_lasts_no_second_card_comes_and_each_hour_is_counted(container: Container) -> None:
    for number in range(30):
        writes(container, number, "I must reset it")
        looks(container, 4)
    (alert,) = spikes(container)
    assert len(cards(container)) == 1
    assert alert.count == 3  # two hours of three clock hours
    assert "number" not in alert.said.facts["First message"]


def test_who_has_closed_the_card_is_not_called_again_for_the_same_spike(container: Container) -> None:
    for number in range(12):
        writes(container, number, "I must reset it")
    looks(container)
    (alert,) = spikes(container)
    with container.store.begin() as unit:
        unit.alerts.settle(alert.id, AlertState.RESOLVED, "Priya", container.clock())
    for number in range(12, 36):
        writes(container, number, "I must reset it")
        looks(container, 4)
    assert len(cards(container)) == 1
    assert spikes(container) == []


def test_what_is_over_closes_by_itself_and_what_comes_again_is_another_spike(container: Container) -> None:
    for number in range(12):
        writes(container, number, "I must reset it")
    looks(container)
    (first,) = spikes(container)
    looks(container, 70)
    with container.store.read() as unit:
        settled = unit.alerts.get(first.id)
    assert settled is not None
    assert (settled.state, settled.note) == (AlertState.RESOLVED, USUAL_AGAIN)
    for number in range(12, 24):
        writes(container, number, "I must reset it again")
    looks(container)
    (second,) = spikes(container)
    assert second.id != first.id
    assert "again" in second.said.facts["First message"]


def test_what_no_intent_is_for_is_one_topic_with_its_words(container: Container) -> None:
    words = ("The voucher page is blank", "My voucher shows a blank page!", "Blank page when I enter the voucher")
    for number in range(10):
        unrecognised(container, f"t{number}", f"{words[number % 3]} {number}")
        looks(container, 0.67)
    looks(container, 2)
    (alert,) = spikes(container)
    assert len(cards(container)) == 1
    assert {"blank", "page", "voucher"} == set(alert.said.text.split("“")[1].split("”")[0].split(", "))
    assert "The voucher page is blank 0" in alert.said.facts["First message"]
    looks(container, 80)
    assert spikes(container) == []


def test_words_that_always_stand_in_such_messages_are_no_topic(container: Container) -> None:
    for day in range(1, 8):
        for number in range(9):
            unrecognised(
                container, f"u{day}-{number}", "The weather is nice", -day * DAY - HOUR / 2 + number * HOUR / 30
            )
    for number in range(10):
        unrecognised(container, f"w{number}", "The weather is nice")
    looks(container, 4)
    assert spikes(container) == []


def test_a_topic_of_one_customer_is_none(container: Container) -> None:
    """The same conversation ten times is one."""
    at = container.clock()
    unrecognised(container, "solo", "My voucher page is blank")
    with container.store.begin() as unit:
        for number in range(12):
            mail = samples.message(
                2, id=f"ms_solo-{number}", conversation_id="co_solo", text="The voucher page is blank", at=at,
                vendor_ref=f"solo-{number}",
            )  # fmt: skip
            unit.conversations.add_message(mail)
            made = samples.decision(
                id=f"de_solo-{number}", event_id=f"ev_solo-{number}", message_id=mail.id, conversation_id="co_solo",
                draft=None, at=at, signals=samples.signals(intents=()),
            )  # fmt: skip
            assert unit.decisions.add(made)
    looks(container, 4)
    assert spikes(container) == []


def test_the_card_goes_when_the_customer_of_its_first_message_is_erased(container: Container) -> None:
    for number in range(10):
        unrecognised(container, f"customer-{number}", "The voucher page is blank")
    looks(container, 3)
    (alert,) = spikes(container)
    with container.store.read() as unit:
        subject = unit.privacy.subject(people.customer("customer-0").id)
    assert alert.id in subject.alerts
    assert alert.said.key.startswith(topic_key(""))
