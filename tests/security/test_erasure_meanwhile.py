"""What happens between the beginning of an erasure and its end."""

import pytest

from connectors.sql import tables as t
from connectors.sql.store import SqlStore
from core.errors import RejectedError
from core.model.customer import Channel
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageReceived
from core.model.privacy import Erasure
from core.model.profile import FactSource, ProfileFact
from core.privacy.erase import Erasing
from tests.connectors.sql import samples
from tests.core import people
from tests.core.container import Container
from tests.keys import master_keys

WORDS = "Where is my other parcel?"


def erasing(container: Container) -> Erasing:
    return Erasing(store=container.store, vendors=(), clean=lambda _: {}, now=container.clock)


def begun(container: Container) -> Erasure:
    return erasing(container).begin(people.customer(), "dpo@larkfield.example", anyway=True)


def accepted(container: Container) -> Event:
    """A message that a process has taken in and nobody has worked on yet."""
    container.wait(minutes=1)
    event = samples.event(
        "late",
        source="twilio",
        kind=EventKind.MESSAGE_RECEIVED,
        subject="SM" + "8" * 32,
        occurred_at=container.clock(),
        received_at=container.clock(),
        payload=MessageReceived(channel=Channel.SMS, sender=people.EMMA_PHONE, text=WORDS),
    )
    with container.store.begin() as unit:
        unit.events.add(event)
    return event


def test_a_message_that_comes_in_meanwhile_is_a_strangers_and_is_answered(container: Container) -> None:
    erasure = begun(container)
    event = accepted(container)
    erasing(container).finish(erasure)
    with container.store.read() as unit:
        assert unit.privacy.find(people.EMMA_PHONE) == []
    # As another process reads it, that has never had the key.
    other = SqlStore(container.store.writer.url.render_as_string(hide_password=False), keys=master_keys)
    with other.read() as unit:
        assert unit.events.get(event.id) == event
    other.close()
    container.loop.handle(event.id)
    with container.store.read() as unit:
        (stranger,) = unit.privacy.find(people.EMMA_PHONE)
        assert stranger.id != people.customer().id
        assert len(unit.privacy.subject(stranger.id).messages) >= 1


def test_a_legal_hold_that_is_set_meanwhile_stops_an_erasure(container: Container) -> None:
    erasure = begun(container)
    fact = ProfileFact(name="legal_hold", value="case 7", source=FactSource.AGENT, at=container.clock())
    with container.store.begin() as unit:
        unit.profiles.add(people.customer().id, fact)
    with pytest.raises(RejectedError, match="legal hold"):
        erasing(container).finish(erasure)
    with container.store.read() as unit:
        assert unit.privacy.subject(people.customer().id).messages


def test_an_erasure_waits_for_what_it_is_not_known_of_whether_it_arrived(container: Container) -> None:
    erasure = begun(container)
    with container.store.begin() as unit:
        unit.connection.execute(t.outbox.update().values(state="unknown"))
    with pytest.raises(RejectedError, match="whether they arrived"):
        erasing(container).finish(erasure)
