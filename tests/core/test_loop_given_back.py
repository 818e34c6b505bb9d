"""Giving back a conversation whose ticket is solved: it is opened for what there is to say, or the agent is told."""

import pytest

from connectors.sql.store import SqlStore
from core.errors import RejectedError
from core.execute.agent import AgentActions
from core.model.ids import TicketId
from tests.core import rules
from tests.core.day import answers, conversations, known, mails, texts
from tests.core.house import House
from tests.core.people import EMMA_PHONE

SAID = 'Say "The label is free of charge."'


@pytest.fixture
def house(store: SqlStore) -> House:
    made = House(store, rules.policy(standing=[*rules.POLICY["standing"], "instruction"]))
    known(made)
    return made


def solved(house: House) -> TicketId:
    ticket = mails(house)
    texts(house, "I want to talk to a person")
    answers(house, ticket, "All done.", status="solved")
    assert not conversations(house)[0].open
    return TicketId(ticket)


def gives_back(house: House, ticket: TicketId, instruction: str) -> None:
    AgentActions(store=house.store, publisher=house.publisher, policy=house.policy).hand_back(
        ticket, instruction, "Maria Lopez", house.clock()
    )


def test_an_instruction_on_a_solved_ticket_opens_it_and_is_carried_out(house: House) -> None:
    ticket = solved(house)
    gives_back(house, ticket, SAID)
    asked = house.publisher.events[-1]
    assert house.loop.handle(asked) == "waiting"  # the helpdesk still calls it solved
    house.drain()
    house.wait(minutes=1)
    assert house.helpdesk.ticket(ticket).status == "open"
    assert house.loop.handle(asked) == "instruction"
    house.drain()
    assert "The label is free of charge." in house.messenger.sent_to(EMMA_PHONE)[-1]
    assert conversations(house)[0].open


def test_without_anything_to_say_the_agent_is_told_that_it_is_solved(house: House) -> None:
    ticket = solved(house)
    with pytest.raises(RejectedError, match="solved"):
        gives_back(house, ticket, "Be patient with her")
    assert not any("gave this back" in str(write.changes.get("note", "")) for write in house.helpdesk.writes)
