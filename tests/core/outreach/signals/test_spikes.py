"""A spike of one matter gives those who wait with it the article, where the policy has a play for that."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.model.signals import Scored
from core.outreach.signals import spikes
from core.outreach.signals.spikes import SpikeWatch
from tests.core import samples
from tests.core.outreach.watching import Told, payloads
from tests.core.people import MINUTE, NOW, customer
from tests.core.rules import policy

PLAY: dict[str, Any] = {
    "match": "people",
    "purpose": "service",
    "channel": "sms",
    "texts": {"default": "Many ask about {topic}."},
}
HOUR = timedelta(hours=1)


def asked(store: SqlStore, number: int, at: Any, intent: str = "reset") -> None:
    """Somebody asked about it, and waits for a person since."""
    name = f"p{number}"
    conversation = samples.conversation(
        id=f"co_{number}",
        customer_id=f"cu_{name}",
        owner=samples.TEAM,
        owner_since=at,
        ticket_id=str(number),
        updated_at=at,
    )
    message = samples.message(number, conversation_id=conversation.id, at=at)
    signals = samples.signals(intents=(Scored(value=intent, confidence=0.9),))
    with store.begin() as unit:
        unit.customers.save(customer(name, identities=()))
        unit.conversations.add(conversation)
        unit.conversations.add_message(message)
        unit.decisions.add(
            samples.decision(
                id=f"de_{number}",
                message_id=message.id,
                conversation_id=conversation.id,
                event_id=f"ev_{number}",
                at=at,
                signals=signals,
                draft=None,
            )
        )


@pytest.fixture
def spike(store: SqlStore) -> SqlStore:
    """Six hours with one question about it among forty others, and then twelve in one."""
    for number in range(1, 41):
        asked(store, number, NOW - HOUR - number * 8 * MINUTE, "upgrade")
    asked(store, 50, NOW - 3 * HOUR - 2 * MINUTE)
    for number in range(100, 112):
        asked(store, number, NOW - (number - 99) * MINUTE)
    return store


def watch(store: SqlStore, told: Told, **plays: Any) -> SpikeWatch:
    return SpikeWatch(store=store, publisher=told, policy=policy(outreach__plays=plays))


def test_those_who_wait_with_the_same_question_are_named(spike: SqlStore) -> None:
    told = Told()
    watch(spike, told, before_you_call={**PLAY, "signal": "spike_of_reset"}).look(NOW)
    (payload,) = payloads(spike, told)
    assert (payload["kind"], payload["intent"], payload["count"]) == ("spike_of_reset", "reset", 12)
    assert {each["customer"] for each in payload["people"]} == {f"cu_p{n}" for n in (50, *range(100, 112))}
    assert {each["topic"] for each in payload["people"]} == {"reset"}


def test_it_is_one_signal_in_six_hours(spike: SqlStore) -> None:
    told = Told()
    watched = watch(spike, told, before_you_call={**PLAY, "signal": spikes.ANY})
    watched.look(NOW)
    watched.look(NOW + MINUTE)
    assert [payload["kind"] for payload in payloads(spike, told)] == ["intent_spike"]


def test_without_a_play_for_it_nothing_is_looked_up(spike: SqlStore) -> None:
    told = Told()
    assert watch(spike, told, other=PLAY, dispute={**PLAY, "signal": "spike_of_dispute"}).look(NOW) == []


def test_an_ordinary_hour_is_no_spike(store: SqlStore) -> None:
    for number in range(1, 13):
        asked(store, number, NOW - number * 30 * MINUTE)
    assert watch(store, Told(), before_you_call={**PLAY, "signal": "spike_of_reset"}).look(NOW) == []
