"""A customer does not agree with what was decided, and asks for a person from the page of the receipt."""

from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.conversation import Control, Conversation, OwnerKind
from core.model.customer import Channel, Identity, IdentityKind
from core.model.event import EventKind
from core.model.outbound import EffectKind, EffectState, OutboxRow
from tests.core import rules
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, known, mails, texts
from tests.core.fake_helpdesk import FakeHelpdesk
from tests.core.samples import incoming

THREAD = "thread-1"
NOTE = "asks a person to look at it again"


@pytest.fixture
def container(store: SqlStore) -> Container:
    container = Container(store, rules.policy(channels__automatic=["sms", "chat"]))
    container.loop = replace(container.loop, conversation_control=container.board)
    known(container)
    return container


def appeals(container: Container, conversation: Conversation, name: str = "appeal-1") -> str:
    word = container.happens(container.event(EventKind.APPEALED, conversation.id, name, source="receipt"))
    container.drain()
    return word


def rows(container: Container, kind: EffectKind) -> list[OutboxRow]:
    with container.store.read() as unit:
        found = [row for one in conversations(container) for row in unit.outbox.of_conversation(one.id)]
    return [row for row in found if row.effect.kind is kind]


def told(helpdesk: FakeHelpdesk, ticket: str) -> int:
    return sum(NOTE in note for note in helpdesk.comments(ticket, public=False))


def test_an_appeal_reaches_the_agent_who_has_it_though_no_team_gave_it_to_them(container: Container) -> None:
    ticket = mails(container)
    answers(container, ticket, "No, sorry.")
    (conversation,) = conversations(container)
    assert (conversation.owner.kind, conversation.owner_group) == (OwnerKind.AGENT, "")
    assert appeals(container, conversation) == "appeal"
    assert {row.state for row in rows(container, EffectKind.TICKET_UPDATE)} == {EffectState.SENT}
    assert told(container.helpdesk, ticket) == 1
    assert conversations(container)[0].owner.name == "Maria Lopez"


def test_an_appeal_from_messaging_passes_control_to_agents_where_there_is_a_ticket(container: Container) -> None:
    ticket = mails(container)
    signed_in = Identity(kind=IdentityKind.HELPDESK, value="user-emma", verified=True)
    payload = incoming(RESET, THREAD, Channel.CHAT, person="u-emma", proved=(signed_in,))
    container.happens(container.event(EventKind.MESSAGE_RECEIVED, "m1", payload=payload, source="sunshine"))
    container.drain()
    (conversation,) = conversations(container)
    assert conversation.ticket_id == ticket
    container.wait(minutes=1)
    assert appeals(container, conversation) == "appeal"
    assert told(container.helpdesk, ticket) == 1
    assert [(address, wanted.to) for address, wanted in container.board.passed] == [(THREAD, Control.AGENTS)]


def test_an_appeal_while_a_ticket_is_being_opened_goes_onto_that_ticket(container: Container) -> None:
    texts(container, RESET)
    container.helpdesk.fail(TransientError("the helpdesk is slow"))
    container.text("I want to talk to a person")
    container.drain()
    (conversation,) = conversations(container)
    assert conversation.ticket_id is None
    event = container.event(EventKind.APPEALED, conversation.id, "appeal-1", source="receipt")
    assert container.happens(event) == "later"
    container.wait(minutes=1)
    (opening,) = rows(container, EffectKind.TICKET_CREATE)
    container.delivery.deliver(opening.effect.id)
    assert container.loop.handle(event.id) == "appeal"
    container.drain()
    assert len(rows(container, EffectKind.TICKET_CREATE)) == 1
    (ticket,) = container.helpdesk.tickets
    assert told(container.helpdesk, ticket) == 1
