"""Events of the loop from end to end: what else happens while a text waits out its quiet, or waits for a person."""

import re

import pytest

from connectors.sql.store import SqlStore
from core.assist.agent_actions import AgentActions
from core.model.conversation import ASSISTANT
from core.model.customer import Channel, Identity, IdentityKind
from core.model.event import Event, EventKind
from core.model.ids import TicketId
from tests.core import day, rules
from tests.core.container import Container
from tests.core.day import RESET, conversations, known, mails
from tests.core.people import EMMA_PHONE
from tests.core.samples import incoming

THREAD = "thread-1"
STANDING = ["automatic_reply", "handoff_notice", "agent_reply", "verification_code"]
SIGNED_IN = (Identity(kind=IdentityKind.HELPDESK, value="user-emma", verified=True),)


@pytest.fixture
def container(store: SqlStore) -> Container:
    """Resetting is about the account: who asks has to be proved."""
    policy = rules.policy(
        channels__automatic=["sms", "chat"],
        burst={"quiet_seconds": 1.2, "unfinished_seconds": 5},
        verification={"intents": ["reset"], "accept": ["code", "login"]},
        standing=STANDING,
    )
    container = Container(store, policy)
    known(container)
    return container


@pytest.fixture
def ticket(container: Container) -> str:
    return mails(container, "Which button is it?")


def comes(container: Container, words: str) -> Event:
    """A text is accepted and waits for its quiet."""
    event = container.event(EventKind.MESSAGE_RECEIVED, f"SM{container.clock().timestamp()}", payload=incoming(words))
    assert container.happens(event) == "waiting"
    return event


def chats(container: Container, words: str) -> Event:
    payload = incoming(words, THREAD, Channel.CHAT, person="u-emma", proved=SIGNED_IN)
    event = container.event(
        EventKind.MESSAGE_RECEIVED, f"m{container.clock().timestamp()}", payload=payload, source="sunshine"
    )
    assert container.happens(event) == "waiting"
    return event


def heard(container: Container, event: Event) -> str:
    container.wait(seconds=1.2)
    word = container.loop.handle(event.id)
    container.drain()
    return word


def noted(container: Container, ticket: str) -> str:
    """Maria writes an internal note."""
    container.helpdesk.says(ticket, container.helpdesk.staff["agent-maria"], "Looks like the old model.", public=False)
    return container.ticket(ticket)


def actions(container: Container) -> AgentActions:
    return AgentActions(store=container.store, publisher=container.publisher, policy=container.policy)


def takes_over(container: Container, ticket: str) -> None:
    actions(container).take_over(TicketId(ticket), "Maria Lopez", "agent-maria", container.clock())
    container.wait(minutes=1)


def gives_back(container: Container, ticket: str) -> str:
    container.wait(seconds=0.5)
    day.gives_back(container, ticket)
    word = container.loop.handle(container.publisher.events[-1])
    container.drain()
    return word


def test_a_note_on_the_ticket_does_not_break_a_burst(container: Container, ticket: str) -> None:
    first = comes(container, "My thermostat is stuck,")
    container.wait(seconds=0.5)
    assert noted(container, ticket) == "own_event"
    container.wait(seconds=0.5)
    second = comes(container, "and the hub hums, too.")
    before = len(container.sense.heard)
    heard(container, second)
    container.wait(seconds=5)
    assert heard(container, first) == "part_of_turn"
    (together,) = container.sense.heard[before:]
    assert together.endswith("my thermostat is stuck,\nand the hub hums, too.")


def test_who_is_signed_in_is_not_asked_to_prove_it_because_a_note_was_written(
    container: Container, ticket: str
) -> None:
    question = chats(container, RESET)
    container.wait(seconds=0.5)
    assert noted(container, ticket) == "own_event"
    assert heard(container, question) == "automatic_reply"


def test_who_was_signed_in_is_proved_when_an_agent_gives_back(container: Container, ticket: str) -> None:
    takes_over(container, ticket)
    assert heard(container, chats(container, RESET)) == "owned_by_person"
    assert gives_back(container, ticket) == "automatic_reply"
    assert "Hold the button" in container.messenger.sent_to(THREAD)[-1]


def test_a_right_code_counts_when_an_agent_gives_back(container: Container, ticket: str) -> None:
    assert heard(container, comes(container, RESET)) == "verification"
    (code,) = re.findall(r"\d{6}(?= is your code)", " ".join(container.messenger.sent_to(EMMA_PHONE)))
    takes_over(container, ticket)
    event = container.event(EventKind.MESSAGE_RECEIVED, "SMcode", payload=incoming(code))
    container.happens(event)
    container.wait(seconds=5)
    assert heard(container, event) == "owned_by_person"
    assert gives_back(container, ticket) == "automatic_reply"
    assert "Hold the button" in container.messenger.sent_to(EMMA_PHONE)[-1]


def test_a_text_that_was_answered_when_an_agent_gave_back_is_not_answered_again(
    container: Container, ticket: str
) -> None:
    takes_over(container, ticket)
    question = chats(container, RESET)
    assert gives_back(container, ticket) == "automatic_reply"
    assert heard(container, question) == "decided_before"
    assert len(container.messenger.sent_to(THREAD)) == 1
    assert conversations(container)[0].owner == ASSISTANT
