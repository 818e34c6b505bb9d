"""Events of the loop from end to end: what else happens while a text waits out its quiet, or waits for a person."""

import re

import pytest

from connectors.sql.store import SqlStore
from core.execute.agent import AgentActions
from core.model.conversation import ASSISTANT
from core.model.event import Event, EventKind
from core.model.ids import TicketId
from tests.core import rules
from tests.core.day import RESET, conversations, incoming, known, mails
from tests.core.house import House
from tests.core.people import EMMA_PHONE

THREAD = "thread-1"
STANDING = ["automatic_reply", "handoff_notice", "agent_reply", "verification_code"]
SIGNED_IN = {
    "from": THREAD,
    "person": "u-emma",
    "channel": "chat",
    "name": "",
    "proved": [{"kind": "helpdesk", "value": "user-emma"}],
}


@pytest.fixture
def house(store: SqlStore) -> House:
    """Resetting is about the account: who asks has to be proved."""
    policy = rules.policy(
        channels__automatic=["sms", "chat"],
        burst={"quiet_seconds": 1.2, "unfinished_seconds": 5},
        verification={"intents": ["reset"], "accept": ["code", "login"]},
        standing=STANDING,
    )
    house = House(store, policy)
    known(house)
    return house


@pytest.fixture
def ticket(house: House) -> str:
    return mails(house, "Which button is it?")


def comes(house: House, words: str) -> Event:
    """A text is accepted and waits for its quiet."""
    event = house.event(EventKind.MESSAGE_RECEIVED, f"SM{house.clock().timestamp()}", payload=incoming(words))
    assert house.happens(event) == "waiting"
    return event


def chats(house: House, words: str) -> Event:
    payload = {**SIGNED_IN, "text": words}
    event = house.event(EventKind.MESSAGE_RECEIVED, f"m{house.clock().timestamp()}", payload=payload, source="sunshine")
    assert house.happens(event) == "waiting"
    return event


def heard(house: House, event: Event) -> str:
    house.wait(seconds=1.2)
    word = house.loop.handle(event.id)
    house.drain()
    return word


def noted(house: House, ticket: str) -> str:
    """Maria writes an internal note."""
    house.helpdesk.says(ticket, house.helpdesk.staff["agent-maria"], "Looks like the old model.", public=False)
    return house.ticket(ticket)


def actions(house: House) -> AgentActions:
    return AgentActions(store=house.store, publisher=house.publisher, policy=house.policy)


def takes_over(house: House, ticket: str) -> None:
    actions(house).take_over(TicketId(ticket), "Maria Lopez", "agent-maria", house.clock())
    house.wait(minutes=1)


def gives_back(house: House, ticket: str) -> str:
    house.wait(seconds=0.5)
    actions(house).hand_back(TicketId(ticket), "", "Maria Lopez", house.clock())
    word = house.loop.handle(house.publisher.events[-1])
    house.drain()
    return word


def test_a_note_on_the_ticket_does_not_break_a_burst(house: House, ticket: str) -> None:
    first = comes(house, "My thermostat is stuck,")
    house.wait(seconds=0.5)
    assert noted(house, ticket) == "own_event"
    house.wait(seconds=0.5)
    second = comes(house, "and the hub hums, too.")
    before = len(house.sense.heard)
    heard(house, second)
    house.wait(seconds=5)
    assert heard(house, first) == "part_of_turn"
    (together,) = house.sense.heard[before:]
    assert together.endswith("my thermostat is stuck,\nand the hub hums, too.")


def test_who_is_signed_in_is_not_asked_to_prove_it_because_a_note_was_written(house: House, ticket: str) -> None:
    question = chats(house, RESET)
    house.wait(seconds=0.5)
    assert noted(house, ticket) == "own_event"
    assert heard(house, question) == "automatic_reply"


def test_who_was_signed_in_is_proved_when_an_agent_gives_back(house: House, ticket: str) -> None:
    takes_over(house, ticket)
    assert heard(house, chats(house, RESET)) == "owned_by_person"
    assert gives_back(house, ticket) == "automatic_reply"
    assert "Hold the button" in house.messenger.sent_to(THREAD)[-1]


def test_a_right_code_counts_when_an_agent_gives_back(house: House, ticket: str) -> None:
    assert heard(house, comes(house, RESET)) == "verification"
    (code,) = re.findall(r"\d{6}(?= is your code)", " ".join(house.messenger.sent_to(EMMA_PHONE)))
    takes_over(house, ticket)
    event = house.event(EventKind.MESSAGE_RECEIVED, "SMcode", payload=incoming(code))
    house.happens(event)
    house.wait(seconds=5)
    assert heard(house, event) == "owned_by_person"
    assert gives_back(house, ticket) == "automatic_reply"
    assert "Hold the button" in house.messenger.sent_to(EMMA_PHONE)[-1]


def test_a_text_that_was_answered_when_an_agent_gave_back_is_not_answered_again(house: House, ticket: str) -> None:
    takes_over(house, ticket)
    question = chats(house, RESET)
    assert gives_back(house, ticket) == "automatic_reply"
    assert heard(house, question) == "decided_before"
    assert len(house.messenger.sent_to(THREAD)) == 1
    assert conversations(house)[0].owner == ASSISTANT
