"""A customer does not agree with what was decided, and asks for a person from the page of the receipt."""

from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.conversation import Control, Conversation, OwnerKind
from core.model.event import EventKind
from core.model.outbound import EffectKind, EffectState, OutboxRow
from tests.core import rules
from tests.core.day import RESET, answers, conversations, known, mails, texts
from tests.core.fake_helpdesk import FakeHelpdesk
from tests.core.house import House

THREAD = "thread-1"
NOTE = "asks a person to look at it again"


@pytest.fixture
def house(store: SqlStore) -> House:
    house = House(store, rules.policy(channels__automatic=["sms", "chat"]))
    house.loop = replace(house.loop, switchboard=house.board)
    known(house)
    return house


def appeals(house: House, conversation: Conversation, name: str = "appeal-1") -> str:
    word = house.happens(house.event(EventKind.APPEALED, conversation.id, name, source="receipt"))
    house.drain()
    return word


def rows(house: House, kind: EffectKind) -> list[OutboxRow]:
    with house.store.read() as unit:
        found = [row for one in conversations(house) for row in unit.outbox.of_conversation(one.id)]
    return [row for row in found if row.effect.kind is kind]


def told(helpdesk: FakeHelpdesk, ticket: str) -> int:
    return sum(NOTE in note for note in helpdesk.comments(ticket, public=False))


def test_an_appeal_reaches_the_agent_who_has_it_though_no_team_gave_it_to_them(house: House) -> None:
    ticket = mails(house)
    answers(house, ticket, "No, sorry.")
    (conversation,) = conversations(house)
    assert (conversation.owner.kind, conversation.owner_group) == (OwnerKind.AGENT, "")
    assert appeals(house, conversation) == "appeal"
    assert {row.state for row in rows(house, EffectKind.TICKET_UPDATE)} == {EffectState.SENT}
    assert told(house.helpdesk, ticket) == 1
    assert conversations(house)[0].owner.name == "Maria Lopez"


def test_an_appeal_from_messaging_passes_control_to_agents_where_there_is_a_ticket(house: House) -> None:
    ticket = mails(house)
    payload = {
        "from": THREAD,
        "person": "u-emma",
        "channel": "chat",
        "name": "",
        "text": RESET,
        "proved": [{"kind": "helpdesk", "value": "user-emma"}],
    }
    house.happens(house.event(EventKind.MESSAGE_RECEIVED, "m1", payload=payload, source="sunshine"))
    house.drain()
    (conversation,) = conversations(house)
    assert conversation.ticket_id == ticket
    house.wait(minutes=1)
    assert appeals(house, conversation) == "appeal"
    assert told(house.helpdesk, ticket) == 1
    assert [(address, to) for address, to, _ in house.board.passed] == [(THREAD, Control.AGENTS)]


def test_an_appeal_while_a_ticket_is_being_opened_goes_onto_that_ticket(house: House) -> None:
    texts(house, RESET)
    house.helpdesk.fail(TransientError("the helpdesk is slow"))
    house.text("I want to talk to a person")
    house.drain()
    (conversation,) = conversations(house)
    assert conversation.ticket_id is None
    event = house.event(EventKind.APPEALED, conversation.id, "appeal-1", source="receipt")
    assert house.happens(event) == "later"
    house.wait(minutes=1)
    (opening,) = rows(house, EffectKind.TICKET_CREATE)
    house.delivery.deliver(opening.effect.id)
    assert house.loop.handle(event.id) == "appeal"
    house.drain()
    assert len(rows(house, EffectKind.TICKET_CREATE)) == 1
    (ticket,) = house.helpdesk.tickets
    assert told(house.helpdesk, ticket) == 1
