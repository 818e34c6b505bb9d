"""What is found as one person's is theirs alone: nobody else's rows stand in their export or go with their erasure."""

from collections.abc import Sequence
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.model.conversation import Message
from core.model.customer import Channel, Identity, IdentityKind
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageReceived, SignalStated
from core.model.ids import CustomerId, TicketId
from core.model.privacy import Access, Subject
from tests.connectors.sql import samples

ANN = samples.customer(
    "ann",
    identities=(
        Identity(kind=IdentityKind.EMAIL, value="ann@shop.example", verified=True),
        Identity(kind=IdentityKind.PHONE, value="+493012345", verified=True),
        Identity(kind=IdentityKind.HELPDESK, value="7654321"),
        Identity(kind=IdentityKind.EXTERNAL, value="1042"),
    ),
)


def signal(name: str, **facts: Any) -> Event:
    payload = SignalStated(kind="delay", facts=facts)
    return samples.event(name, source="signals", kind=EventKind.BUSINESS_SIGNAL, subject="delay", payload=payload)


def text(name: str, words: str, sender: str) -> Event:
    payload = MessageReceived(channel=Channel.SMS, sender=sender, text=words)
    return samples.event(name, source="twilio", kind=EventKind.MESSAGE_RECEIVED, subject=f"SM{name}", payload=payload)


def found(store: SqlStore, events: Sequence[Event] = ()) -> Subject:
    with store.begin() as unit:
        unit.customers.save(ANN)
        for each in events:
            unit.events.add(each)
    with store.read() as unit:
        return unit.privacy.subject(ANN.id)


@pytest.mark.parametrize(
    "event",
    [
        signal("1", email="joann@shop.example"),
        signal("2", email="ann@shop.example.org"),
        signal("3", email="ann@shop.example-mart.org"),
        text("4", "Hello", "+4930123456"),
        signal("5", order="987654321"),
        signal("6", order=76543210),
    ],
)
def test_a_longer_address_number_or_id_is_somebody_elses(store: SqlStore, event: Event) -> None:
    assert found(store, [event]).events == ()


@pytest.mark.parametrize(
    "event",
    [
        signal("1", email="ann@shop.example"),
        text("2", "Write to\nann@shop.example. Thank you", "+15550001"),
        text("3", "Hello", "+493012345"),
        signal("4", people=[{"user": 7654321}]),
        signal("5", by={"ann@shop.example": "late"}),
    ],
)
def test_what_names_a_person_whole_is_theirs(store: SqlStore, event: Event) -> None:
    assert found(store, [event]).events == (event.id,)


def test_a_number_of_another_kind_is_somebody_elses(store: SqlStore) -> None:
    """Ann is 1042 to the company and 7654321 to the helpdesk; the tickets of these numbers are other people's."""
    tickets = [samples.event("1", subject="1042"), samples.event("2", subject="7654321")]
    user = samples.event("3", kind=EventKind.CUSTOMER_CHANGED, subject="7654321")
    assert found(store, [*tickets, user]).events == (user.id,)


def test_who_speaks_in_somebody_elses_ticket_has_their_own_words_there_and_no_more(store: SqlStore) -> None:
    def message(number: int, address: str) -> Message:
        return samples.message(number, address=address, ticket_id=TicketId("t-one"))

    with store.begin() as unit:
        unit.customers.save(samples.customer())
        unit.customers.save(ANN)
        unit.conversations.add(samples.conversation())
        for each in (message(1, "dana@shop.example"), message(2, "ann@shop.example")):
            unit.conversations.add_message(each)
        unit.privacy.note([Access(at=samples.NOW, who="Maria", way="sidebar", what="ticket", ref="t-one")])
    asked = samples.event("1", subject="t-one")
    subject = found(store, [asked])
    assert (subject.messages, subject.tickets, subject.joined) == (("me_2",), (), ("t-one",))
    assert (subject.events, subject.chats) == ((), ())
    with store.read() as unit:
        owner = unit.privacy.subject(CustomerId("cu_dana"))
        assert "accesses" not in unit.privacy.count(subject)
    # The ticket goes with whose it is; what others who spoke there are known by stays theirs.
    assert (owner.messages, owner.tickets, owner.joined) == (("me_1", "me_2"), ("t-one",), ())
    assert owner.events == (asked.id,)
    assert owner.chats == ()
