from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from connectors.sql.store import SqlStore, SqlUnit
from core.errors import ConflictError
from core.model.conversation import ASSISTANT, Owner, OwnerKind
from core.model.customer import Channel, Identity, IdentityKind
from core.model.ids import ApprovalId, ConversationId, CustomerId, TicketId
from tests.connectors.sql.samples import MINUTE, NOW, conversation, customer, message

MARIA = Owner(kind=OwnerKind.AGENT, id="901", name="Maria Lopez")


@pytest.fixture
def unit(store: SqlStore) -> Iterator[SqlUnit]:
    with store.begin() as unit:
        unit.customers.save(customer())
        yield unit


def test_a_conversation_comes_back_as_added(unit: SqlUnit) -> None:
    unit.conversations.add(conversation(owner=MARIA, open=False))
    unit.conversations.add(conversation("two", ticket_id=None))
    assert unit.conversations.get(ConversationId("co_one")) == conversation(owner=MARIA, open=False)
    assert unit.conversations.by_ticket(TicketId("t-one")) == conversation(owner=MARIA, open=False)
    assert unit.conversations.get(ConversationId("co_two")) == conversation("two", ticket_id=None)
    assert unit.conversations.by_ticket(TicketId("t-two")) is None


def test_what_no_database_can_hold_names_nothing(unit: SqlUnit) -> None:
    for odd in ("t-one\x00", "\ud83d"):
        assert unit.conversations.by_ticket(TicketId(odd)) is None
        assert unit.conversations.stamp(TicketId(odd)) is None
        assert unit.requests.get(ApprovalId(odd)) is None
        assert unit.policies.text(odd) is None


def test_the_second_writer_of_the_same_version_is_refused(unit: SqlUnit) -> None:
    unit.conversations.add(conversation())
    taken = unit.conversations.save(replace(conversation(), owner=MARIA))
    assert taken == replace(conversation(), owner=MARIA, version=1)
    with pytest.raises(ConflictError):
        unit.conversations.save(replace(conversation(), owner=ASSISTANT))
    assert unit.conversations.get(ConversationId("co_one")) == taken


@pytest.mark.parametrize("second", [conversation(), conversation("two", ticket_id=TicketId("t-one"))])
def test_a_ticket_has_one_conversation(store: SqlStore, second: object) -> None:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
    with pytest.raises(ConflictError), store.begin() as unit:
        unit.conversations.add(second)  # type: ignore[arg-type]


def test_recent_conversations_come_newest_first(unit: SqlUnit) -> None:
    unit.customers.save(customer("ben"))
    for minutes, name in ((30, "old"), (10, "newer"), (5, "newest")):
        unit.conversations.add(conversation(name, updated_at=NOW - minutes * MINUTE))
    unit.conversations.add(conversation("bens", customer_id=CustomerId("cu_ben")))
    found = unit.conversations.recent(CustomerId("cu_dana"), NOW - 20 * MINUTE)
    assert [one.id for one in found] == ["co_newest", "co_newer"]


def test_a_message_is_added_once_however_often_it_echoes(unit: SqlUnit) -> None:
    unit.conversations.add(conversation())
    assert unit.conversations.add_message(message())
    assert not unit.conversations.add_message(message())
    assert not unit.conversations.add_message(message(2, vendor_ref=message().vendor_ref))
    assert unit.conversations.messages(ConversationId("co_one")) == [message()]


def test_a_message_comes_back_with_what_was_proved_of_who_wrote_it(unit: SqlUnit) -> None:
    unit.conversations.add(conversation())
    proved = (Identity(kind=IdentityKind.HELPDESK, value="901", verified=True),)
    unit.conversations.add_message(message(proved=proved))
    assert unit.conversations.message(message().id) == message(proved=proved)


def test_messages_come_oldest_first_by_their_own_time(unit: SqlUnit) -> None:
    unit.conversations.add(conversation())
    for number in (3, 1, 2):
        unit.conversations.add_message(message(number))
    same_moment = message(9, at=message(3).at)
    unit.conversations.add_message(same_moment)
    found = unit.conversations.messages(ConversationId("co_one"))
    assert found == [message(1), message(2), message(3), same_moment]
    assert unit.conversations.messages(ConversationId("co_one"), limit=2) == [message(3), same_moment]


def test_a_delivery_report_reaches_its_message(unit: SqlUnit) -> None:
    unit.conversations.add(conversation())
    unit.conversations.add_message(message())
    unit.conversations.set_delivery(message().vendor_ref, "delivered")
    unit.conversations.set_delivery("unheard of", "failed")
    assert unit.conversations.messages(ConversationId("co_one")) == [message(delivery="delivered")]


def test_what_no_database_can_hold_does_not_lose_the_message(unit: SqlUnit) -> None:
    unit.conversations.add(conversation())
    unit.conversations.add_message(message(text="cut \ud83d in half \x00 é \U0001f600"))
    (found,) = unit.conversations.messages(ConversationId("co_one"))
    assert found.text == "cut ? in half \ufffd é \U0001f600"


def test_a_conversation_of_nobody_is_refused(store: SqlStore) -> None:
    with pytest.raises(ConflictError), store.begin() as unit:
        unit.conversations.add(conversation())


def test_an_updated_conversation_keeps_its_moment_whatever_the_zone(unit: SqlUnit) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    unit.conversations.add(conversation(updated_at=elsewhere))
    found = unit.conversations.get(ConversationId("co_one"))
    assert found is not None
    assert found.updated_at == NOW
    assert found.updated_at.utcoffset() == timedelta(0)


def test_addresses_are_those_that_were_lately_spoken_at_on_these_channels(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation(updated_at=NOW))
        for number, (address, channel, hours) in enumerate(
            [
                ("c1", Channel.CHAT, 3),
                ("c2", Channel.CHAT, 1),
                ("c1", Channel.CHAT, 2),
                ("+1", Channel.SMS, 1),
                ("", Channel.CHAT, 0),
            ]
        ):
            at = NOW - timedelta(hours=hours)
            unit.conversations.add_message(message(number, address=address, channel=channel, at=at))
    with store.read() as unit:
        table, four = unit.conversations, NOW - timedelta(hours=4)
        both = table.addresses({Channel.CHAT}, four, "", 9)
        assert {address for _, address in both} == {"c1", "c2"}
        assert [address for _, address in table.addresses({Channel.CHAT}, NOW - timedelta(hours=1.5), "", 9)] == ["c2"]
        assert table.addresses({Channel.CHAT}, four, "", 1) == both[:1]
        assert table.addresses({Channel.CHAT}, four, both[0][0], 9) == both[1:]
